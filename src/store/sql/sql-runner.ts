/** Runs SQL statements with `?` as placeholder for parameters. */
import type { Row, TableName } from '../tables.ts';

export type SqlParameter = string | number | null;

/** Each call runs one statement. `table` determines how rows are decoded and values are encoded. */
export type SqlRunner = {
  rows<T extends TableName>(
    table: T,
    sql: string,
    parameters: readonly SqlParameter[],
  ): Promise<readonly Row<T>[]>;
  values(sql: string, parameters: readonly SqlParameter[]): Promise<readonly Record<string, SqlParameter>[]>;
  encode<T extends TableName>(table: T, field: string, value: unknown): SqlParameter;
};
