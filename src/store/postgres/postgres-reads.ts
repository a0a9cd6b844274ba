/**
 * The reads of a store on PostgreSQL. `transfersAfter` returns a transfer only once all transfers with a lower `seq`
 * are visible: `seq` is assigned when a row is written, so a later commit may have a lower one.
 */
import type { Reads } from '../reads.ts';
import { createSqlReads } from '../sql/sql-reads.ts';
import type { SqlParameter, SqlRunner } from '../sql/sql-runner.ts';
import { type Column, columnsOf, type Row, type TableName } from '../tables.ts';
import type { RawRow, SqlValue } from './client.ts';
import { decodeRow, encode } from './encoding.ts';

export type Select = (sql: string, parameters?: readonly SqlValue[]) => Promise<readonly RawRow[]>;

/** The reads of a snapshot, in which no transfer can appear later. */
export function createSnapshotReads(select: Select): Reads {
  return createSqlReads(createRunner(select));
}

export function createPostgresReads(select: Select): Reads {
  const run = createRunner(select);
  const reads = createSqlReads(run);
  let settled = 0;
  return {
    ...reads,
    async transfersAfter(seq, limit) {
      // As of before the page was read: another call may raise `settled` meanwhile.
      const settledBefore = settled;
      const page = await reads.transfersAfter(seq, limit);
      const last = page.at(-1)?.seq ?? 0;
      if (last <= settledBefore) return page;
      const [row] = await run.values('SELECT settled_transfers() AS seq', []);
      settled = Math.max(settled, Number(row?.seq));
      // Read again: all transfers up to that number are visible now.
      const settledNow = settled;
      return (await reads.transfersAfter(seq, limit)).filter((transfer) => transfer.seq <= settledNow);
    },
  };
}

function createRunner(select: Select): SqlRunner {
  const run = (sql: string, parameters: readonly SqlParameter[]) => select(numbered(sql), parameters);
  return {
    async rows<T extends TableName>(table: T, sql: string, parameters: readonly SqlParameter[]) {
      const found = await run(sql, parameters);
      return found.map((raw) => decodeRow(table, raw)) as unknown as readonly Row<T>[];
    },
    values: async (sql, parameters) =>
      (await run(sql, parameters)) as unknown as Awaited<ReturnType<SqlRunner['values']>>,
    encode: (table, field, value) => encode(columnsOf(table)[field] as Column, value),
  };
}

const rewritten = new Map<string, string>();

/** Replaces `?` by `$1`, `$2` … */
export function numbered(sql: string): string {
  let text = rewritten.get(sql);
  if (text === undefined) {
    let parameters = 0;
    text = sql.replaceAll('?', () => `$${++parameters}`);
    rewritten.set(sql, text);
  }
  return text;
}
