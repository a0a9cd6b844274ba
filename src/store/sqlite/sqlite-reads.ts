/** The reads of a store on a connection to SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import type { Reads } from '../reads.ts';
import { createSqlReads } from '../sql/sql-reads.ts';
import type { SqlParameter } from '../sql/sql-runner.ts';
import { type Column, columnsOf } from '../tables.ts';
import { encode, SqliteStatements } from './statements.ts';

type Values = Record<string, SqlParameter>;

/** `beforeRead` is called before each statement. */
export function createSqliteReads(database: DatabaseSync, beforeRead: () => void = () => {}): Reads {
  const statements = new SqliteStatements(database);
  return createSqlReads({
    async rows(table, sql, parameters) {
      beforeRead();
      return statements.rows(table, sql, parameters);
    },
    async values(sql, parameters) {
      beforeRead();
      return statements.prepare(sql).all(...parameters) as Values[];
    },
    encode: (table, field, value) => encode(columnsOf(table)[field] as Column, value),
  });
}
