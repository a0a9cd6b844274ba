/**
 * Ends a broadcast withdrawal by the result on the chain. A confirmed transaction settles the hold: the net amount
 * leaves custody and the fee becomes income. Once none of its transactions can be confirmed any more, the hold is
 * released.
 *
 * A confirmed transaction does not complete a withdrawal that an operator is failing (`withdrawal-fail.ts`): it may have
 * been reorganised away since and be dropped now. The store refuses it too: `failure` is set, and is not changed here.
 */
import { reject } from '../../contract/errors.ts';
import { customerAccount, exchangeAccounts } from '../../domain/ledger/ledger.ts';
import { attemptsOf, balanceOf, claimById, custodyOf, withdrawalById } from '../../store/lookups.ts';
import type { Command, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { endReturn, isReturn, returnedDepositLookups } from '../deposit/returned-deposit.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { isFailing } from './withdrawal-fail.ts';
import { releaseHold } from './withdrawal-release.ts';

type Attempt = Row<'withdrawal_attempts'>;

export type ChainResult =
  /** `txId`: the transaction that was confirmed; may be absent if the withdrawal has only one. */
  | { readonly id: string; readonly confirmed: true; readonly txId?: string }
  | {
      readonly id: string;
      readonly confirmed: false;
      /** The number of transactions of which the caller knows that they have failed: all must have. */
      readonly failedAttempts: number;
      /** An operator's own reason takes precedence. */
      readonly failure: string;
    };

type SettleError =
  | 'withdrawal-unknown'
  | 'withdrawal-stage-wrong'
  | 'withdrawal-failing'
  | 'withdrawal-sent-again'
  | 'withdrawal-transaction-unknown';

/** The reply is the withdrawal as committed; a withdrawal that has failed already is returned unchanged. */
export const settleWithdrawal: Command<ChainResult, Row<'withdrawals'>, SettleError> = {
  name: 'withdrawal-settle',
  prefetch: [
    ({ id }) => [withdrawalById(id)],
    ({ id, confirmed }, rows) => {
      const row = rows.one(withdrawalById(id));
      if (row?.stage !== 'broadcast') return [];
      return [
        balanceOf(row.accountId, row.asset, row.wallet),
        ...(row.claim === null ? [] : [claimById(row.claim)]),
        ...(hasSeveralAttempts(row) ? [attemptsOf(row.id)] : []),
        ...returnedDepositLookups(row),
        ...(confirmed ? [] : [custodyOf(row.asset)]),
      ];
    },
  ],
  decide(result, rows, context) {
    const row = rows.one(withdrawalById(result.id));
    if (row?.stage === 'failed' && !result.confirmed) return { reply: row, writes: [] };
    if (row === undefined) return reject('withdrawal-unknown', { id: result.id });
    if (row.stage !== 'broadcast')
      return reject('withdrawal-stage-wrong', { id: row.id, stage: row.stage, allowed: ['broadcast'] });
    if (result.confirmed && isFailing(row)) return reject('withdrawal-failing', { id: row.id });
    const attempts = hasSeveralAttempts(row) ? rows.all(attemptsOf(row.id)) : [];
    if (!result.confirmed && Math.max(1, attempts.length) > result.failedAttempts) {
      return reject('withdrawal-sent-again', { id: row.id });
    }
    const minedTxId = minedTransaction(row, attempts, result);
    if (minedTxId === undefined) return reject('withdrawal-transaction-unknown', { id: row.id });
    const work = new UnitOfWork(rows, context);
    endAttempts(work, attempts, result.confirmed ? minedTxId : null);
    const released = result.confirmed ? settle(work, row, rows) : release(work, row, rows);
    const end = { settledAt: context.nowMs, ...(attempts.length > 0 && { txId: minedTxId }) };
    const set: Partial<Row<'withdrawals'>> = result.confirmed
      ? { ...released, ...end, stage: 'completed' }
      : { ...released, ...end, stage: 'failed', failure: row.failure ?? result.failure };
    work.write({ update: 'withdrawals', key: { id: row.id }, set });
    if (row.claim !== null) endClaim(work, row.claim);
    return work.reply({ ...row, ...set });
  },
};

/** While it is broadcast, the bytes of a withdrawal that has several attempts are not in its row. */
function hasSeveralAttempts({ signedTransaction }: Row<'withdrawals'>): boolean {
  return signedTransaction === null;
}

/** @returns the id to keep in the row; undefined if the confirmed transaction is none of the withdrawal's. */
function minedTransaction(
  { txId }: Row<'withdrawals'>,
  attempts: readonly Attempt[],
  result: ChainResult,
): string | undefined {
  if (!result.confirmed) return txId;
  if (attempts.length === 0) return (result.txId ?? txId) === txId ? txId : undefined;
  return attempts.find((each) => each.txId === result.txId)?.txId;
}

/** @param minedTxId null if none was mined. */
function endAttempts(work: UnitOfWork, attempts: readonly Attempt[], minedTxId: string | null): void {
  for (const { withdrawalId, attempt, txId } of attempts) {
    const state = txId === minedTxId ? 'mined' : 'failed';
    work.write({ update: 'withdrawal_attempts', key: { withdrawalId, attempt }, set: { state } });
  }
}

/** Nobody reports anything about the withdrawal any more. */
function endClaim(work: UnitOfWork, id: string): void {
  const set = { state: 'ended', endedAt: work.nowMs } as const;
  work.write({ update: 'withdrawal_claims', key: { id }, set });
}

/** Releases the hold of a failed withdrawal, and its reserved custody. */
function release(work: UnitOfWork, row: Row<'withdrawals'>, rows: Rows): Partial<Row<'withdrawals'>> {
  work.custody.add(row, row.amount - row.fee);
  return releaseHold(work, row, rows);
}

function settle(work: UnitOfWork, row: Row<'withdrawals'>, rows: Rows): Partial<Row<'withdrawals'>> {
  const { id, accountId, asset, network, wallet, amount, fee } = row;
  const held = customerAccount(accountId, 'held', wallet);
  const net = amount - fee;
  work.post({
    kind: 'withdrawal-settle',
    asset,
    amount: net,
    debit: held,
    credit: exchangeAccounts.custody(network),
    reference: id,
  });
  work.post({
    kind: 'withdrawal-fee',
    asset,
    amount: fee,
    debit: held,
    credit: exchangeAccounts.fees,
    reference: id,
  });
  if (isReturn(row)) endReturn(work, row, rows, 'returned');
  return {};
}
