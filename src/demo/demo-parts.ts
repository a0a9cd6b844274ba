/** The interfaces used to seed the demo world: the same that operators and customers use. */

import type { ChainService } from '../chain/service.ts';
import type { Clock } from '../clock/clock.ts';
import type { CommandName, Commands, InputOf, ReplyOf } from '../command/registry.ts';
import { type Decimal, parseDecimal } from '../contract/decimal.ts';
import type { Reads } from '../store/reads.ts';

export type DemoParts = {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly commands: Commands;
  readonly chainService: ChainService;
  readonly reads: Reads;
  readonly encryptSecret: (secret: string) => string;
};

/** The actor in the audit trail. */
export const demoOperator = { actor: 'demo', reason: 'the demo world' } as const;

/** Submits a command that must succeed. */
export async function submitDemo<N extends CommandName>(
  { commands }: Pick<DemoParts, 'commands'>,
  name: N,
  input: InputOf<N>,
): Promise<ReplyOf<N>> {
  const outcome = await commands.submit(name, input);
  if ('done' in outcome) return outcome.done;
  throw new Error(`the demo world's ${name} failed: ${JSON.stringify(outcome)}`);
}

/**
 * Waits for work that was started at the same time, so that it shares commits. A failure is thrown only after the rest has
 * ended, so that no work overlaps with the next attempt.
 */
export async function together(work: readonly Promise<unknown>[]): Promise<void> {
  const failure = (await Promise.allSettled(work)).find((each) => each.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

export function demoDecimal(text: string): Decimal {
  const decimal = parseDecimal(text);
  if (decimal === null) throw new Error(`'${text}' is not a decimal`);
  return decimal;
}

export async function accountIdOf({ reads }: Pick<DemoParts, 'reads'>, email: string): Promise<number> {
  const account = await reads.row('accounts', { email });
  if (account === undefined) throw new Error(`the demo world has no account ${email}`);
  return account.id;
}
