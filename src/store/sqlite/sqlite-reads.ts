/** The reads on a connection to the SQLite file. */
import type { DatabaseSync } from 'node:sqlite';
import type { Reads } from '../reads.ts';
import { createSqlReads, type SqlParameter } from '../sql/sql-reads.ts';
import { type ColumnKind, tables } from '../tables.ts';
import { decodeRow, encode, SqliteStatements } from './statements.ts';

type RawRow = Record<string, SqlParameter>;

/** `beforeRead` is called before each statement. */
export function createSqliteReads(database: DatabaseSync, beforeRead: () => void = () => {}): Reads {
  const statements = new SqliteStatements(database);
  const all = (sql: string, parameters: readonly SqlParameter[]) => {
    beforeRead();
    return statements.prepare(sql).all(...parameters) as RawRow[];
  };
  return createSqlReads({
    rows: async (table, sql, parameters) => all(sql, parameters).map((raw) => decodeRow(table, raw)),
    values: async (sql, parameters) => all(sql, parameters),
    encode: (table, column, value) =>
      encode((tables[table].columns as Record<string, ColumnKind>)[column] as ColumnKind, value),
  });
}
