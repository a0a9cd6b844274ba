/**
 * The reads of a store on PostgreSQL. `transfersAfter` and `eventsAfter` return a row only once all rows with a lower
 * `seq` are visible: `seq` is assigned when a row is written, so a later commit may have a lower one.
 */

import { present } from '../../boundary/present.ts';
import type { Reads } from '../reads.ts';
import { createSqlReads } from '../sql/sql-reads.ts';
import type { SqlParameter, SqlRunner } from '../sql/sql-runner.ts';
import { columnsOf, type Row, type TableName } from '../tables.ts';
import type { Select } from './client.ts';
import { decodeRow, encode } from './encoding.ts';
import { EventHorizon } from './event-horizon.ts';

/** The reads of a snapshot, in which no transfer can appear later. */
export function createSnapshotReads(select: Select): Reads {
  return createSqlReads(createRunner(select));
}

export function createPostgresReads(select: Select): Reads {
  const run = createRunner(select);
  const reads = createSqlReads(run);
  const horizon = new EventHorizon(select);
  let settled = 0;
  return {
    ...reads,
    async eventsAfter(seq, limit) {
      // Taken before the page is read: a row up to this number that the page lacks is never committed.
      const known = horizon.seq;
      const page = await reads.eventsAfter(seq, limit);
      if (page.kind === 'pruned') return page;
      const rows = completeRows(page.rows, seq, known);
      if (rows.length > 0 || page.rows.length === 0) return { kind: 'events', rows };
      await horizon.advance();
      const until = horizon.seq;
      // Read again: rows up to that number may have been committed meanwhile.
      const again = await reads.eventsAfter(seq, limit);
      if (again.kind === 'pruned') return again;
      return { kind: 'events', rows: completeRows(again.rows, seq, until) };
    },
    async transfersAfter(seq, limit) {
      // Taken before the page is read: another call may raise `settled` meanwhile.
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

/**
 * The rows before the first gap in the numbers after `seq`. A missing number may still be committed, unless the horizon
 * has passed it.
 */
function completeRows(rows: readonly Row<'event_log'>[], seq: number, horizon: number): typeof rows {
  let last = seq;
  const gap = rows.findIndex((row) => {
    const isGap = row.seq > Math.max(last, horizon) + 1;
    last = row.seq;
    return isGap;
  });
  return gap < 0 ? rows : rows.slice(0, gap);
}

function createRunner(select: Select): SqlRunner {
  const run = (sql: string, parameters: readonly SqlParameter[]) => select(numbered(sql), parameters);
  return {
    async rows<T extends TableName>(table: T, sql: string, parameters: readonly SqlParameter[]) {
      const found = await run(sql, parameters);
      // cast: the statement selects rows of the table.
      return found.map((raw) => decodeRow(table, raw)) as readonly Row<T>[];
    },
    values: async (sql, parameters) =>
      // cast: the driver returns such values.
      (await run(sql, parameters)) as Awaited<ReturnType<SqlRunner['values']>>,
    encode: (table, field, value) => encode(present(columnsOf(table)[field]), value),
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
