/** Reads of rows by their times. */
import { columnName } from '../../columns.ts';
import type { SpanReads } from '../../reads/spans.ts';
import { keyOf } from '../../tables.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { amongKeys } from './statement-parts.ts';

export function spanReads(run: SqlRunner): SpanReads {
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
    // the primary key
    newestWithdrawalsInSpan: async (assets, { after, until }, limit) => {
      if (assets.length === 0) return [];
      const { sql, parameters } = amongKeys('asset', assets);
      return run.rows(
        'withdrawals',
        `SELECT * FROM withdrawals WHERE seq > (SELECT coalesce(max(seq), 0) FROM withdrawals) - 10000
           AND applied_at > ? AND applied_at <= ? AND ${sql} ORDER BY applied_at, seq LIMIT CAST(? AS INTEGER)`,
        [after, until, ...parameters, limit],
      );
    },
  };
}
