/** Reads of any table. */

import { columnName } from '../../columns.ts';
import type { RowReads } from '../../reads/rows.ts';
import { keyOf } from '../../tables.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { inList } from './statement-parts.ts';

export function rowReads(run: SqlRunner): RowReads {
  const rows: RowReads['rows'] = (table, where) => {
    const given = Object.entries(where);
    const filter = given.map(([field]) => `${columnName(field)} = ?`).join(' AND ');
    const order = keyOf(table).map(columnName).join();
    return run.rows(
      table,
      `SELECT * FROM ${table}${filter === '' ? '' : ` WHERE ${filter}`} ORDER BY ${order}`,
      given.map(([field, value]) => run.encode(table, field, value)),
    );
  };
  return {
    rows,
    row: async (table, where) => (await rows(table, where))[0],
    // the primary key
    latest: async (table, page, stages) => {
      const filter = stages ? ` WHERE ${inList('stage', stages)}` : '';
      const newest = await run.rows(
        table,
        `SELECT * FROM ${table}${filter} ORDER BY seq DESC LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)`,
        [...(stages ?? []), page.limit, page.offset],
      );
      return [...newest].reverse();
    },
  };
}
