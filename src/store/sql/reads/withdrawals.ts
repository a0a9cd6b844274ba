/** Reads of withdrawals and their transactions. */
import type { BroadcastWithdrawal, WithdrawalFilter, WithdrawalReads } from '../../reads/withdrawals.ts';
import type { SqlParameter, SqlRunner } from '../sql-runner.ts';
import {
  addKeys,
  addStages,
  amongKeys,
  type Conditions,
  conditions,
  rowsAfter,
  timePage,
} from './statement-parts.ts';

/** Withdrawals that the workers send; people or an external signer send those of manual networks. */
const toSend = `stage = 'queued' AND network NOT IN (SELECT network FROM networks WHERE connector = 'manual')`;

const broadcast = `SELECT seq, id, asset, network, tx_id, signed_transaction, failure FROM withdrawals
  WHERE stage = 'broadcast' AND seq > ? ORDER BY seq LIMIT CAST(? AS INTEGER)`;

export function withdrawalReads(run: SqlRunner): WithdrawalReads {
  return {
    // withdrawals_by_account; withdrawals_by_order_id when looked up by the idempotency key; the key when by ids
    withdrawals: (accountId, filter, page) =>
      timePage(run, 'withdrawals', ofAccount(accountId, filter), ['applied_at', 'seq'], filter, page),
    // withdrawals_by_stage
    withdrawalsUnderWay: (stage, ...page) => rowsAfter(run, 'withdrawals', `stage = '${stage}'`, [], ...page),
    // withdrawals_by_stage
    withdrawalsToSend: (...page) => rowsAfter(run, 'withdrawals', toSend, [], ...page),
    // withdrawals_by_stage
    broadcastWithdrawals: async (...page) => (await run.values(broadcast, page)).map(broadcastOf),
    // withdrawals_by_transaction
    withdrawalsOfTransactions: async (network, txIds) => {
      if (txIds.length === 0) return [];
      const { sql, parameters } = amongKeys('tx_id', txIds);
      return run.rows(
        'withdrawals',
        `SELECT * FROM withdrawals WHERE network = ? AND signed_transaction IS NOT NULL AND ${sql}`,
        [network, ...parameters],
      );
    },
    // withdrawals_by_order_id
    withdrawalsOfOrders: async (accountId, orderIds) => {
      if (orderIds.length === 0) return [];
      const { sql, parameters } = amongKeys('order_id', orderIds);
      return run.rows('withdrawals', `SELECT * FROM withdrawals WHERE account_id = ? AND ${sql}`, [
        accountId,
        ...parameters,
      ]);
    },
    // withdrawal_attempts_by_transaction
    attemptsOfTransactions: async (network, txIds) => {
      if (txIds.length === 0) return [];
      const { sql, parameters } = amongKeys('tx_id', txIds);
      return run.rows(
        'withdrawal_attempts',
        `SELECT * FROM withdrawal_attempts WHERE network = ? AND ${sql}`,
        [network, ...parameters],
      );
    },
  };
}

function ofAccount(accountId: number, filter: WithdrawalFilter): Conditions {
  const where = conditions(
    ['account_id = ?', accountId],
    ['asset = ?', filter.asset],
    ['order_id = ?', filter.orderId],
    ['applied_at >= ?', filter.from],
    ['applied_at <= ?', filter.to],
  );
  addStages(where, filter.stages);
  if (filter.ids !== undefined) addKeys(where, 'id', filter.ids);
  return where;
}

function broadcastOf(row: Readonly<Record<string, SqlParameter>>): BroadcastWithdrawal {
  return {
    seq: Number(row.seq),
    id: String(row.id),
    asset: String(row.asset),
    network: String(row.network),
    txId: String(row.tx_id),
    signedTransaction: textOrNull(row.signed_transaction),
    failure: textOrNull(row.failure),
  };
}

const textOrNull = (value: SqlParameter | undefined) => (typeof value === 'string' ? value : null);
