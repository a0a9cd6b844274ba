/** The reads of a store on a connection to SQLite. */

import type { DatabaseSync } from 'node:sqlite';
import { present } from '../../boundary/present.ts';
import { selected } from '../../boundary/selected.ts';
import type { Reads } from '../reads.ts';
import { createSqlReads } from '../sql/sql-reads.ts';
import type { SqlParameter } from '../sql/sql-runner.ts';
import { columnsOf, type Row, type TableName } from '../tables.ts';
import { encode, SqliteStatements } from './statements.ts';

type Values = Record<string, SqlParameter>;

export type ReadListener = {
  /** Called before each statement. */
  readonly beforeRead?: () => void;
  /** Called with the rows of each statement that returns whole rows of a table. */
  readonly afterRows?: <T extends TableName>(table: T, rows: readonly Row<T>[]) => void;
};

export function createSqliteReads(
  database: DatabaseSync,
  { beforeRead = () => {}, afterRows = () => {} }: ReadListener,
): Reads {
  const statements = new SqliteStatements(database);
  return createSqlReads({
    async rows(table, sql, parameters) {
      beforeRead();
      const rows = statements.rows(table, sql, parameters);
      afterRows(table, rows);
      return rows;
    },
    async values(sql, parameters) {
      beforeRead();
      return selected<Values>(statements.prepare(sql).all(...parameters));
    },
    encode: (table, field, value) => encode(present(columnsOf(table)[field]), value),
  });
}
