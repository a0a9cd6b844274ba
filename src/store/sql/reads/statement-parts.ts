/**
 * Parts of statements that reads share.
 *
 * Limits are cast because SQLite plans a statement again for each value of a bare `LIMIT ?`, which costs more than the
 * read.
 */
import { present } from '../../../boundary/present.ts';
import type { HistoryPage, Range } from '../../reads/page.ts';
import type { Row, TableName } from '../../tables.ts';
import type { SqlParameter, SqlRunner } from '../sql-runner.ts';

export type Conditions = { readonly sql: string[]; readonly parameters: SqlParameter[] };

export function conditions(
  ...given: readonly (readonly [sql: string, ...parameters: (SqlParameter | undefined)[]])[]
): Conditions {
  const kept = given.filter(([, ...parameters]) => !parameters.includes(undefined));
  return {
    sql: kept.map(([sql]) => sql),
    // cast: the filter leaves out the undefined.
    parameters: kept.flatMap(([, ...parameters]) => parameters as SqlParameter[]),
  };
}

/**
 * A page of rows: the newest first, or oldest first: then the first ones since `range.from` if it is given, otherwise
 * the newest ones.
 */
export async function timePage<T extends TableName>(
  run: SqlRunner,
  table: T,
  { sql, parameters }: Conditions,
  order: readonly [string, string],
  range: Range,
  { limit, offset, newestFirst = false }: HistoryPage,
): Promise<readonly Row<T>[]> {
  const forward = range.from !== undefined && !newestFirst;
  const direction = forward ? '' : ' DESC';
  const rows = await run.rows(
    table,
    `SELECT * FROM ${table} WHERE ${sql.join(' AND ')} ORDER BY ${order.map((column) => column + direction).join()} LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)`,
    [...parameters, limit, offset],
  );
  return forward || newestFirst ? rows : [...rows].reverse();
}

/** The rows after a row in the order of `seq`, for readers that go through all of them. */
export function rowsAfter<T extends TableName>(
  run: SqlRunner,
  table: T,
  condition: string,
  parameters: readonly SqlParameter[],
  afterSeq: number,
  limit: number,
): Promise<readonly Row<T>[]> {
  return run.rows(
    table,
    `SELECT * FROM ${table} WHERE ${condition} AND seq > ? ORDER BY seq LIMIT CAST(? AS INTEGER)`,
    [...parameters, afterSeq, limit],
  );
}

export async function count(
  run: SqlRunner,
  table: TableName,
  { sql, parameters }: Conditions,
): Promise<number> {
  const [row] = await run.values(
    `SELECT count(*) AS total FROM ${table} WHERE ${sql.join(' AND ')}`,
    parameters,
  );
  return Number(row?.total);
}

/**
 * A condition for one of several keys. The last key is repeated up to a power of two, so that a database has few
 * different statements to prepare, whatever the number of keys.
 * @param keys at least one, at most 16384.
 */
export function amongKeys(column: string, keys: readonly SqlParameter[]) {
  // PostgreSQL rejects an empty list.
  if (keys.length === 0) return { sql: 'FALSE', parameters: [] };
  const padding = 2 ** Math.ceil(Math.log2(keys.length)) - keys.length;
  const parameters = [...keys, ...new Array<SqlParameter>(padding).fill(present(keys.at(-1)))];
  return { sql: `${column} IN (${parameters.map(() => '?').join()})`, parameters };
}

export const inList = (column: string, values: readonly string[]) =>
  `${column} IN (${values.map(() => '?').join()})`;

export function addStages(where: Conditions, stages: readonly string[] | undefined): void {
  if (stages === undefined) return;
  where.sql.push(inList('stage', stages));
  where.parameters.push(...stages);
}

/** @param keys at least one. */
export function addKeys(where: Conditions, column: string, keys: readonly SqlParameter[]): void {
  const { sql, parameters } = amongKeys(column, keys);
  where.sql.push(sql);
  where.parameters.push(...parameters);
}
