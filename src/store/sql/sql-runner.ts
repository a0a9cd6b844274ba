/** What the reads in SQL need of a database: statements with `?` for parameters. */
import type { Row, TableName } from '../tables.ts';

export type SqlParameter = string | number | null;

/** Runs one statement; `table` says how its rows are decoded. */
export type SqlRunner = {
  rows<T extends TableName>(
    table: T,
    sql: string,
    parameters: readonly SqlParameter[],
  ): Promise<readonly Row<T>[]>;
  values(sql: string, parameters: readonly SqlParameter[]): Promise<readonly Record<string, SqlParameter>[]>;
  encode<T extends TableName>(table: T, field: string, value: unknown): SqlParameter;
};
