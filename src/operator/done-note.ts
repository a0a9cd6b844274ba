/**
 * Notes what became of the commands of a request: whether it was answered with an earlier reply, and whether anything was
 * done: what fails after that must not be answered as if nothing had been. A
 * handler that could not read back what it has just written leaves an outcome that the operator does not know.
 */
import type { CommandName, Commands } from '../command/registry.ts';
import { type Rejection, reject } from '../contract/errors.ts';
import { replayedHeader } from '../contract/idempotency.ts';
import type { OperatorParts } from './handler.ts';

/** They do nothing that counts: what they store is deleted again unless a later command starts it. */
const prepares: ReadonlySet<CommandName> = new Set(['beginDividend', 'recordDividendShares']);

export type DoneNote = {
  /** For the handler of this request. */
  readonly parts: OperatorParts;
  /** The same refusal, or that the outcome is unknown. */
  readonly correct: (rejection: Rejection) => Rejection;
  /** Of the reply: whether it is the reply to an earlier request. */
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
