/** Decisions of operators about withdrawals that were sent: to fail one, or to send a further transaction for it. */
import type { Operator } from '../command/unit-of-work.ts';
import { isFailing } from '../command/withdrawal/withdrawal-fail.ts';
import { type OperatorCommandErrorId, reject } from '../contract/errors.ts';
import type { Outcome } from '../store/port.ts';
import type { Row } from '../store/tables.ts';
import { outcomeUnknown, unknownIfNotDone } from './chain-changed.ts';
import { findStates, paymentOf, withAttempts } from './withdrawal-attempts.ts';
import { carryOutFailure, type FailureParts } from './withdrawal-failures.ts';

/** Makes the simulated chain drop a withdrawal's transactions unless one is confirmed. */
export async function failWithdrawal(
  parts: FailureParts,
  id: string,
  operator: Operator,
): Promise<Outcome<Row<'withdrawals'>, OperatorCommandErrorId>> {
  const decided = await parts.commands.submit('failWithdrawal', { id, operator });
  if (!('done' in decided) || !isFailing(decided.done)) return decided;
  // If this fails, the sweep carries it out.
  const outcome = await carryOutFailure(parts, decided.done).catch(outcomeUnknown);
  return unknownIfNotDone(outcome);
}

export async function resendWithdrawal(
  parts: FailureParts,
  id: string,
  operator: Operator,
): Promise<Outcome<Row<'withdrawals'>, OperatorCommandErrorId>> {
  const { chains, reads, catalog, commands } = parts;
  const row = await reads.row('withdrawals', { id });
  if (row === undefined) return reject('withdrawal-unknown', { id });
  if (await isConfirmed(parts, row)) return reject('withdrawal-confirmed', { id });
  const [sent] = await withAttempts(reads, [row]);
  const earlier = sent?.attempts.map(({ txId }) => txId) ?? [];
  const attempt = earlier.length + 1;
  const payment = paymentOf(catalog(), row, earlier);
  if (payment === null) return reject('network-unknown', { network: row.network });
  const transaction = await chains.of(row.network).prepare(payment);
  if (transaction === null) return reject('network-manual', { network: row.network });
  const outcome = await commands.submit('addWithdrawalAttempt', { id, attempt, transaction, operator });
  // The attempt is committed; if sending fails, the sweep sends it.
  if ('done' in outcome)
    await chains.of(row.network).broadcast([transaction.signedTransaction]).catch(outcomeUnknown);
  return outcome;
}

async function isConfirmed({ chains, reads }: FailureParts, row: Row<'withdrawals'>): Promise<boolean> {
  if (row.stage !== 'broadcast') return false;
  const [found] = await findStates(chains, row.network, await withAttempts(reads, [row]));
  return found?.states.some(({ state }) => state === 'confirmed') ?? false;
}
