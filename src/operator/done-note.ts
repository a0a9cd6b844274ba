/**
 * Tracks the commands of a request: whether one returned a stored reply, and whether one changed anything. If a handler
 * fails after a change, for example because it cannot read back what it wrote, the reply must not claim that nothing
 * was done.
 */
import type { CommandName, Commands } from '../command/registry.ts';
import { type Rejection, reject } from '../contract/errors.ts';
import { replayedHeader } from '../contract/idempotency.ts';
import type { OperatorParts } from './handler.ts';

/** Commands without effect of their own: what they store is deleted unless a later command starts it. */
const prepares: ReadonlySet<CommandName> = new Set(['beginDividend', 'recordDividendShares']);

export type DoneNote = {
  /** The parts for the handler of this request. */
  readonly parts: OperatorParts;
  /** Returns the rejection, or `outcome-unknown` if something was done. */
  readonly correct: (rejection: Rejection) => Rejection;
  /** Headers of the reply, which mark a replayed reply. */
  readonly headers: () => Readonly<Record<string, string>>;
};

export function takeDoneNote(parts: OperatorParts): DoneNote {
  let isDone = false;
  let isReplayed = false;
  const note = async <R>(work: Promise<R>): Promise<R> => {
    const outcome = await work;
    isDone ||= typeof outcome !== 'object' || outcome === null || 'done' in outcome;
    isReplayed ||= wasReplayed(outcome);
    return outcome;
  };
  const commands: Commands = {
    submit: (...command) => {
      const work = parts.commands.submit(...command);
      return prepares.has(command[0]) ? work : note(work);
    },
  };
  const chainService: OperatorParts['chainService'] = {
    ...parts.chainService,
    receiveDeposit: (...args) => note(parts.chainService.receiveDeposit(...args)),
    mineBlocks: (...args) => note(parts.chainService.mineBlocks(...args)),
    failWithdrawal: (...args) => note(parts.chainService.failWithdrawal(...args)),
  };
  return {
    parts: { ...parts, commands, chainService },
    correct: (rejection) =>
      isDone && rejection.rejected === 'not-done' ? reject('outcome-unknown') : rejection,
    headers: () => (isReplayed ? { [replayedHeader]: 'true' } : {}),
  };
}

function wasReplayed(outcome: unknown): boolean {
  const { done } = Object(outcome) as { readonly done?: unknown };
  return (Object(done) as { readonly replayed?: unknown }).replayed === true;
}
