/**
 * Ends a withdrawal by the result on the chain. A confirmed transaction settles the hold: the net amount leaves custody
 * and the fee becomes income. A transaction that can never be confirmed releases the hold.
 */
import { customerAccount, exchangeAccounts } from '../../domain/ledger/ledger.ts';
import { attemptsOf, balanceOf, custodyOf, withdrawalById } from '../../store/lookups.ts';
import type { Command, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { endReturn, isReturn, returnedDepositLookups } from '../deposit/returned-deposit.ts';
import { conflict } from '../operator-refusal.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { releaseHold } from './withdrawal-release.ts';

type Attempt = Row<'withdrawal_attempts'>;

export type ChainResult =
  /** `txId`: the transaction that was confirmed; may be absent if the withdrawal has only one. */
  | { readonly id: string; readonly confirmed: true; readonly txId?: string }
  | {
      readonly id: string;
      readonly confirmed: false;
      /** The stage that the caller saw; a withdrawal whose stage has changed since is not touched. */
      readonly stage: string;
      /** The number of transactions of which the caller knows that they have failed: all must have. 1 unless given. */
      readonly failedAttempts?: number;
      readonly failure: string;
      readonly operator?: Operator;
    };

/** The reply is the withdrawal as committed. */
export const settleWithdrawal: Command<ChainResult, Row<'withdrawals'>> = {
  name: 'withdrawal-settle',
  prefetch: [
    ({ id }) => [withdrawalById(id)],
    ({ id, confirmed }, rows) => {
      const row = rows.one(withdrawalById(id));
      if (row === undefined) return [];
      return [
        balanceOf(row.accountId, row.asset),
        ...(hasSeveralAttempts(row) ? [attemptsOf(row.id)] : []),
        ...returnedDepositLookups(row),
        ...(confirmed ? [] : [custodyOf(row.asset)]),
      ];
    },
  ],
  decide(result, rows, context) {
    const row = rows.one(withdrawalById(result.id));
    if (row === undefined || !mayEnd(row, result)) {
      return conflict(
        `Withdrawal ${result.id} is ${row?.stage ?? 'unknown'}, but must be ${endingStages(result)} to end with this result.`,
      );
    }
    const attempts = hasSeveralAttempts(row) ? rows.all(attemptsOf(row.id)) : [];
    if (!result.confirmed && attempts.length > (result.failedAttempts ?? 1)) {
      return conflict(`Withdrawal ${row.id} has been sent again meanwhile.`);
    }
    const minedTxId = minedTransaction(row, attempts, result);
    if (minedTxId === undefined) return conflict(`Withdrawal ${row.id} has no transaction of that id.`);
    const work = new UnitOfWork(rows, context);
    endAttempts(work, attempts, result.confirmed ? minedTxId : null);
    const released = result.confirmed ? settle(work, row, rows) : release(work, row, rows);
    const set: Partial<Row<'withdrawals'>> = {
      ...released,
      ...(attempts.length > 0 && { txId: minedTxId }),
      stage: result.confirmed ? 'completed' : 'failed',
      failure: result.confirmed ? null : result.failure,
      settledAt: context.nowMs,
    };
    work.write({ update: 'withdrawals', key: { id: row.id }, set });
    if (!result.confirmed && result.operator) {
      work.audit(result.operator, 'withdrawal-fail', row.id, { from: row.stage, to: 'failed' });
    }
    return work.reply({ ...row, ...set });
  },
};

/**
 * Only a broadcast withdrawal can complete. A queued one may fail, because nothing was sent. A decision about a queued
 * withdrawal does not apply once it has been sent: its hold must stay.
 */
function mayEnd({ stage }: Row<'withdrawals'>, result: ChainResult): boolean {
  if (result.confirmed) return stage === 'broadcast';
  return stage === result.stage && (stage === 'queued' || stage === 'broadcast');
}

const endingStages = ({ confirmed }: ChainResult) => (confirmed ? 'broadcast' : 'queued or broadcast');

/** While it is broadcast, the bytes of a withdrawal that has several attempts are not in its row. */
function hasSeveralAttempts({ stage, signedTransaction }: Row<'withdrawals'>): boolean {
  return stage === 'broadcast' && signedTransaction === null;
}

/** @returns the id to keep in the row; undefined if the confirmed transaction is none of the withdrawal's. */
function minedTransaction(
  { txId }: Row<'withdrawals'>,
  attempts: readonly Attempt[],
  result: ChainResult,
): string | undefined {
  if (!result.confirmed || attempts.length === 0) return txId;
  return attempts.find((each) => each.txId === result.txId)?.txId;
}

/** @param minedTxId null if none was mined. */
function endAttempts(work: UnitOfWork, attempts: readonly Attempt[], minedTxId: string | null): void {
  for (const { withdrawalId, attempt, txId } of attempts) {
    const state = txId === minedTxId ? 'mined' : 'failed';
    work.write({ update: 'withdrawal_attempts', key: { withdrawalId, attempt }, set: { state } });
  }
}

/** Releases the hold of a failed withdrawal, and its reserved custody if it was broadcast. */
function release(work: UnitOfWork, row: Row<'withdrawals'>, rows: Rows): Partial<Row<'withdrawals'>> {
  if (row.stage === 'broadcast') work.custody.add(row, row.amount - row.fee);
  return releaseHold(work, row, rows);
}

function settle(work: UnitOfWork, row: Row<'withdrawals'>, rows: Rows): Partial<Row<'withdrawals'>> {
  const { id, accountId, asset, network, amount, fee } = row;
  const held = customerAccount(accountId, 'held');
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
