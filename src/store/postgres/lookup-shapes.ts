/**
 * All lookups of one shape (the same table and columns) are fetched by one statement.
 *
 * Lookups of the shapes in `lockOrder` lock: first the table of seals as a whole, then rows of networks and withdrawals,
 * the histories of accounts, and rows of deposits, balances and custody, with one statement per table, in the order of
 * its key. All transactions lock in this order, so that they cannot deadlock. Everything else is read after the locks
 * were taken.
 *
 * A lock on a history, the withdrawals of an account, also prevents new rows, by advisory locks: two withdrawals of
 * different assets or wallets must not both pass a limit. Its rows themselves are not locked.
 */

import { keysOf, recordOf } from '../../boundary/record.ts';
import { columnName } from '../columns.ts';
import { hasKeys } from '../has-keys.ts';
import { openRowsOf } from '../open-rows.ts';
import type { AnyLookup } from '../port.ts';
import { columnsOf, keyOf, type TableName, tables } from '../tables.ts';
import type { RawRow, SqlValue } from './client.ts';
import type { Statement } from './connection.ts';
import { encodeArray, sqlTypeOf } from './encoding.ts';

export type Shape = {
  readonly table: TableName;
  readonly fields: readonly string[];
  readonly since: string | undefined;
  readonly among: AnyLookup['among'];
  readonly limit: number | undefined;
  /** Position in the order of locking; undefined if rows are read without a lock. */
  readonly lock: number | undefined;
  /** Whether the fields are the table's key. */
  readonly isKey: boolean;
};

/** The lookups of one shape by `valuesKey`: the field values, and the lower bound of the `since` field. */
export type Wanted = Map<string, { readonly where: RawRow; since: number | undefined }>;

const lockOrder = [
  'transfer_seals ',
  'networks network',
  'withdrawals id',
  'withdrawals accountId',
  'deposits id',
  'balances accountId,asset,wallet',
  'custody asset',
];

/** A shape, and the fields in the order in which a lookup gave them. */
type KnownShape = { readonly given: readonly string[]; readonly shape: Shape };

const knownShapes = new Map<TableName, KnownShape[]>();

/** Called several times for each command, so it neither sorts nor joins the fields of a known shape. */
export function shapeOf({ table, where, since, among, limit }: AnyLookup): Shape {
  let known = knownShapes.get(table);
  if (known === undefined) {
    known = [];
    knownShapes.set(table, known);
  }
  for (const { given, shape } of known) {
    const isSame = shape.since === since?.field && shape.among === among && shape.limit === limit;
    if (isSame && hasKeys(where, given)) return shape;
  }
  const given = Object.keys(where);
  const shape = internShape(table, [...given].sort(), { since: since?.field, among, limit });
  known.push({ given, shape });
  return shape;
}

/** The shape of a lookup by the table's key. */
export function keyShape(table: TableName): Shape {
  return keyShapes[table];
}

const interned = new Map<string, Shape>();

type Bounds = Pick<Shape, 'since' | 'among' | 'limit'>;
const unbounded: Bounds = { since: undefined, among: undefined, limit: undefined };

function internShape(table: TableName, fields: readonly string[], bounds: Bounds): Shape {
  const { since, among, limit } = bounds;
  const name = `${table} ${fields.join()} ${since ?? ''} ${among ?? ''} ${limit ?? ''}`;
  let shape = interned.get(name);
  if (shape === undefined) {
    const isPart = among !== undefined || limit !== undefined;
    const lock = isPart ? -1 : lockOrder.indexOf(`${table} ${fields.join()}`);
    const key = [...keyOf(table)].sort();
    shape = {
      table,
      fields,
      ...bounds,
      lock: lock < 0 ? undefined : lock,
      isKey: !isPart && since === undefined && key.join() === fields.join(),
    };
    interned.set(name, shape);
  }
  return shape;
}

const keyShapes = recordOf(keysOf(tables), (table) =>
  internShape(table, [...keyOf(table)].sort(), unbounded),
);

/** Identifies a lookup, and the rows that it finds, among those of the same shape. */
export function valuesKey(shape: Shape, row: object): string {
  let key = '';
  // cast: any field of a table may be asked for.
  for (const field of shape.fields) key += `${(row as RawRow)[field]}\u0000`;
  return key;
}

export function fetchStatements(shape: Shape, wanted: Wanted, locking: boolean): readonly Statement[] {
  const lookups = [...wanted.values()].filter(({ where }) => isFindable(where));
  if (lookups.length === 0) return [];
  const statement = selectStatement(shape, lookups);
  if (!locking || shape.lock === undefined) return [statement];
  if (shape.table === 'transfer_seals') {
    return [{ sql: 'LOCK TABLE transfer_seals IN SHARE ROW EXCLUSIVE MODE' }, statement];
  }
  if (isHistory(shape)) return [lockHistories(lookups), statement];
  return [{ ...statement, sql: `${statement.sql} FOR NO KEY UPDATE OF t` }];
}

/** Whether fetching the rows locks them, so that they cannot change before the commit. */
export function locksRows(shape: Shape): boolean {
  return shape.lock !== undefined && !isHistory(shape);
}

function isHistory({ table, fields }: Shape): boolean {
  return table === 'withdrawals' && fields.join() === 'accountId';
}

/** The locks of accounts are in a range of numbers of their own. */
const firstHistoryLock = 2 ** 52;

function lockHistories(lookups: readonly { readonly where: RawRow }[]): Statement {
  const accounts = lookups.map(({ where }) => Number(where.accountId)).sort((a, b) => a - b);
  return {
    sql: 'SELECT pg_advisory_xact_lock(number) FROM unnest($1::bigint[]) AS number',
    parameters: [`{${accounts.map((id) => firstHistoryLock + id).join()}}`],
  };
}

function selectStatement(
  { table, fields, since, among, limit }: Shape,
  lookups: readonly { readonly where: RawRow; readonly since: number | undefined }[],
): Statement {
  const order = `ORDER BY ${keyOf(table)
    .map((field) => `t.${columnName(field)}`)
    .join()}`;
  const from = since && `t.${columnName(since)}`;
  if (fields.length === 0) {
    const sql = `SELECT t.* FROM ${table} t${from === undefined ? '' : ` WHERE ${from} >= $1`} ${order}`;
    return { sql, parameters: since === undefined ? [] : [lookups[0]?.since ?? 0] };
  }
  const columns = fields.map(columnName);
  const arrays = fields.map((field, index) => `$${index + 1}::${sqlTypeOf(table, field)}[]`);
  const conditions = columns.map((column) => `t.${column} = k.${column}`);
  const parameters: SqlValue[] = fields.map((field) =>
    encodeArray(
      table,
      field,
      lookups.map(({ where }) => where),
    ),
  );
  if (since !== undefined) {
    arrays.push(`$${arrays.length + 1}::bigint[]`);
    conditions.push(`${from} >= k."since of"`);
    parameters.push(`{${lookups.map((lookup) => lookup.since).join()}}`);
  }
  if (among !== undefined) conditions.push(openRowsOf(table).sql);
  const names = [...columns, ...(since === undefined ? [] : ['"since of"'])];
  const found =
    limit === undefined
      ? `JOIN ${table} t ON ${conditions.join(' AND ')} ${order}`
      : `CROSS JOIN LATERAL (SELECT t.* FROM ${table} t WHERE ${conditions.join(' AND ')} LIMIT ${limit}) t`;
  return { sql: `SELECT t.* FROM unnest(${arrays.join()}) AS k (${names.join()}) ${found}`, parameters };
}

/** PostgreSQL cannot store text with a NUL character, so such a lookup finds nothing. */
function isFindable(where: RawRow): boolean {
  return !Object.values(where).some((value) => typeof value === 'string' && value.includes('\u0000'));
}

/** Locks the rows with these keys and returns their current versions. */
export function lockStatement(table: TableName, rows: readonly RawRow[]): Statement {
  const shape = keyShape(table);
  const statement = selectStatement(
    shape,
    rows.map((where) => ({ where, since: undefined })),
  );
  return { ...statement, sql: `${statement.sql} FOR NO KEY UPDATE OF t` };
}

/** A row as text, to compare versions. */
export function rowText(table: TableName, row: RawRow): string {
  return JSON.stringify(
    Object.keys(columnsOf(table)).map((field) => row[field]),
    (_key, value) => (typeof value === 'bigint' ? `${value}` : value),
  );
}
