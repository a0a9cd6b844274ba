/** Reads of rows by their times. */
import { columnName } from '../../columns.ts';
import type { Span, SpanReads } from '../../reads/spans.ts';
import { keyOf } from '../../tables.ts';
import type { SqlParameter, SqlRunner } from '../sql-runner.ts';
import { amongKeys } from './statement-parts.ts';

export function spanReads(run: SqlRunner): SpanReads {
  // the primary key
  const newestWithdrawals = (
    condition: string,
    parameters: readonly SqlParameter[],
    { after, until }: Span,
    limit: number,
  ) =>
    run.rows(
      'withdrawals',
      `SELECT * FROM withdrawals WHERE seq > (SELECT coalesce(max(seq), 0) FROM withdrawals) - 10000
         AND applied_at > ? AND applied_at <= ? AND ${condition} ORDER BY applied_at, seq LIMIT CAST(? AS INTEGER)`,
      [after, until, ...parameters, limit],
    );
  return {
    rowsInSpan: (table, time, { after, until }, limit) => {
      const column = columnName(time);
      const order = [column, ...keyOf(table).map(columnName)].join();
      return run.rows(
        table,
        `SELECT * FROM ${table} WHERE ${column} > ? AND ${column} <= ? ORDER BY ${order} LIMIT CAST(? AS INTEGER)`,
        [after, until, limit],
      );
    },
    newestWithdrawalsInSpan: async (assets, span, limit) => {
      if (assets.length === 0) return [];
      const { sql, parameters } = amongKeys('asset', assets);
      return newestWithdrawals(sql, parameters, span, limit);
    },
    newestWithdrawalsUnderQuotaInSpan: (span, limit) =>
      newestWithdrawals(
        'account_id IN (SELECT id FROM accounts WHERE withdraw_quota_usd IS NOT NULL)',
        [],
        span,
        limit,
      ),
  };
}
