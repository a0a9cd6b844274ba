/**
 * Carries out an operator's decision that a broadcast withdrawal fails: drops its transactions and records the result.
 * If the chain has confirmed one of them, the decision is revoked and that transaction completes the withdrawal.
 *
 * It can be repeated from any point, also by several processes at the same time: no transaction is added meanwhile, and
 * the chain's first answer to a request to drop one stands. All of them therefore reach the same of the two outcomes.
 */
import { type OperatorCommandErrorId, reject } from '../contract/errors.ts';
import type { Outcome } from '../store/port.ts';
import type { BroadcastWithdrawal } from '../store/reads/withdrawals.ts';
import type { Row } from '../store/tables.ts';
import {
  type AttemptedWithdrawal,
  depthOf,
  findStates,
  resultOf,
  withAttempts,
} from './withdrawal-attempts.ts';
import type { WorkerParts } from './worker-parts.ts';

export type FailureParts = Pick<WorkerParts, 'chains' | 'reads' | 'catalog' | 'commands'> & {
  readonly control: Pick<WorkerParts['control'], 'failTransaction'>;
};

/**
 * @param row a withdrawal that an operator is failing, as it was committed.
 * @returns the failed withdrawal, or a rejection if the chain has confirmed it.
 * @throws StoreFault when the chain does not answer.
 */
export async function carryOutFailure(
  parts: FailureParts,
  row: BroadcastWithdrawal,
): Promise<Outcome<Row<'withdrawals'>, OperatorCommandErrorId>> {
  const { id, failure } = row;
  const [attempted = { row, attempts: [] }] = await withAttempts(parts.reads, [row]);
  if (await dropTransactions(parts, attempted)) {
    const failedAttempts = attempted.attempts.length;
    const failed = { id, confirmed: false, failedAttempts, failure: failure ?? '' } as const;
    return parts.commands.submit('settleWithdrawal', failed);
  }
  const revoked = await parts.commands.submit('revokeWithdrawalFailure', { id });
  if ('fault' in revoked) return revoked;
  await completeIfConfirmed(parts, attempted);
  return reject('withdrawal-confirmed', { id });
}

/** @returns whether none of them can be confirmed any more; if not, all that the chain could confirm are intact. */
async function dropTransactions(
  { chains, control }: FailureParts,
  { row, attempts }: AttemptedWithdrawal,
): Promise<boolean> {
  // Register them with the chain before dropping them, so that no process sends one later. After that, at most one of
  // them can be confirmed.
  await chains.of(row.network).broadcast(attempts.map(({ signedTransaction }) => signedTransaction));
  for (const { txId } of attempts) {
    if (!(await control.failTransaction(row.network, txId, row.failure ?? ''))) return false;
  }
  return true;
}

/** Blocks that were scanned while the withdrawal was being failed did not complete it. */
async function completeIfConfirmed(
  { chains, catalog, commands }: FailureParts,
  attempted: AttemptedWithdrawal,
): Promise<void> {
  const { row } = attempted;
  const [found] = await findStates(chains, row.network, [attempted]);
  const result = found && resultOf(found, depthOf(catalog(), row));
  if (result !== undefined) await commands.submit('settleWithdrawal', result);
}
