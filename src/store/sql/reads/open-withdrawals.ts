/** Reads of amounts and times of many movements. */
import type { OpenWithdrawalReads } from '../../reads/open-withdrawals.ts';
import type { SqlRunner } from '../sql-runner.ts';

const timeColumns = { withdrawals: 'applied_at', deposits: 'inserted_at' } as const;

export function openWithdrawalReads(run: SqlRunner): OpenWithdrawalReads {
  return {
    // withdrawals_by_stage
    openWithdrawalsAfter: async (stage, afterSeq, limit) => {
      const rows = await run.values(
        `SELECT seq, asset, network, CAST(amount AS text) AS amount, CAST(fee AS text) AS fee, applied_at
         FROM withdrawals WHERE stage = '${stage}' AND seq > ? ORDER BY seq LIMIT CAST(? AS INTEGER)`,
        [afterSeq, limit],
      );
      return rows.map((row) => ({
        seq: Number(row.seq),
        asset: String(row.asset),
        network: String(row.network),
        amount: BigInt(String(row.amount)),
        fee: BigInt(String(row.fee)),
        appliedAt: Number(row.applied_at),
      }));
    },
    // withdrawals_by_stage
    countOpenWithdrawals: async (stage, limit) => {
      const ofStage = `FROM withdrawals WHERE stage = '${stage}' ORDER BY seq`;
      const [row] = await run.values(
        `SELECT count(*) AS total, (SELECT applied_at ${ofStage} LIMIT 1) AS oldest
         FROM (SELECT seq ${ofStage} LIMIT CAST(? AS INTEGER)) AS counted`,
        [limit],
      );
      return { count: Number(row?.total), oldest: row?.oldest == null ? null : Number(row.oldest) };
    },
    // withdrawals_by_account
    withdrawnSince: async (accountId, from, except, limit) => {
      const rows = await run.values(
        `SELECT asset, CAST(amount AS text) AS amount, stage FROM withdrawals
         WHERE account_id = ? AND applied_at >= ? LIMIT CAST(? AS INTEGER)`,
        [accountId, from, limit + 1],
      );
      if (rows.length > limit) return null;
      const counted = rows.filter(({ stage }) => !except.some((each) => each === stage));
      return counted.map(({ asset, amount }) => ({ asset: String(asset), amount: BigInt(String(amount)) }));
    },
    // the primary key
    newestTimes: async (table, limit) => {
      const sql = `SELECT ${timeColumns[table]} AS at FROM ${table} ORDER BY seq DESC LIMIT CAST(? AS INTEGER)`;
      return (await run.values(sql, [limit])).map(({ at }) => Number(at));
    },
  };
}
