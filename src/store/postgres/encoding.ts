/** Values in and out of PostgreSQL, from the one declaration of the tables. */
import { type ColumnKind, type TableName, tables } from '../tables.ts';
import type { RawRow, SqlValue } from './client.ts';

type BaseKind = 'integer' | 'text' | 'units' | 'flag' | 'json';

const sqlTypes: Record<BaseKind, string> = {
  integer: 'bigint',
  text: 'text',
  units: 'numeric',
  flag: 'boolean',
  json: 'text',
};

/** The columns of a table by name. */
export function columnsOf(table: TableName): Readonly<Record<string, ColumnKind>> {
  return tables[table].columns;
}

function baseKind(kind: ColumnKind): BaseKind {
  return (kind.endsWith('?') ? kind.slice(0, -1) : kind) as BaseKind;
}

export function sqlTypeOf(table: TableName, column: string): string {
  const kind = columnsOf(table)[column];
  if (kind === undefined) throw new Error(`${table} has no column ${column}`);
  return sqlTypes[baseKind(kind)];
}

export function encode(kind: ColumnKind, value: unknown): SqlValue {
  if (value === undefined) return null;
  // null is a value of a json column.
  if (value === null) return kind === 'json' ? 'null' : null;
  if (baseKind(kind) === 'json') return JSON.stringify(value);
  return typeof value === 'number' ? value : String(value);
}

const jsonColumns = Object.fromEntries(
  (Object.keys(tables) as TableName[]).map((table) => [
    table,
    Object.entries(columnsOf(table)).flatMap(([column, kind]) => (baseKind(kind) === 'json' ? [column] : [])),
  ]),
) as unknown as Record<TableName, readonly string[]>;

/** Turns what PostgreSQL returned into a row of the table, in place. */
export function decodeRow(table: TableName, raw: RawRow): RawRow {
  for (const column of jsonColumns[table]) raw[column] = JSON.parse(raw[column] as string);
  return raw;
}

/** The values of one column as an array of PostgreSQL, for `unnest`. */
export function encodeArray(table: TableName, column: string, rows: readonly RawRow[]): string {
  const kind = columnsOf(table)[column] as ColumnKind;
  const quoted = ['text', 'json'].includes(baseKind(kind));
  let items = '';
  for (const row of rows) {
    const value = encode(kind, row[column]);
    if (items !== '') items += ',';
    if (value === null) items += 'NULL';
    else items += quoted ? quote(String(value)) : value;
  }
  return `{${items}}`;
}

const needsEscape = /["\\]/;

function quote(text: string): string {
  return `"${needsEscape.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`;
}
