/** Encodes and decodes PostgreSQL values as declared in `tables.ts`. */
import { type Column, type ColumnKind, fieldName } from '../columns.ts';
import { columnsOf, type TableName, tables } from '../tables.ts';
import type { RawRow, SqlValue } from './client.ts';

const sqlTypes: Record<ColumnKind, string> = {
  integer: 'bigint',
  text: 'text',
  units: 'numeric',
  flag: 'boolean',
  json: 'text',
};

export function sqlTypeOf(table: TableName, field: string): string {
  const column = columnsOf(table)[field];
  if (column === undefined) throw new Error(`${table} has no field ${field}`);
  return sqlTypes[column.kind];
}

export function encode({ kind, nullable }: Pick<Column, 'kind' | 'nullable'>, value: unknown): SqlValue {
  if (value === undefined) return null;
  // In a json column null is a JSON value.
  if (value === null) return kind === 'json' && !nullable ? 'null' : null;
  if (kind === 'json') return JSON.stringify(value);
  return typeof value === 'number' ? value : String(value);
}

const jsonFields: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  (Object.keys(tables) as TableName[]).map((table) => [
    table,
    Object.entries(columnsOf(table)).flatMap(([field, { kind }]) => (kind === 'json' ? [field] : [])),
  ]),
);

/** Decodes a row that PostgreSQL returned. */
export function decodeRow(table: TableName, raw: RawRow): RawRow {
  const row: RawRow = {};
  for (const column in raw) row[fieldName(column)] = raw[column];
  for (const field of jsonFields[table] as readonly string[]) row[field] = JSON.parse(row[field] as string);
  return row;
}

/** The values of one field as a PostgreSQL array literal, for `unnest`. */
export function encodeArray(table: TableName, field: string, rows: readonly RawRow[]): string {
  const column = columnsOf(table)[field] as Column;
  const quoted = column.kind === 'text' || column.kind === 'json';
  let items = '';
  for (const row of rows) {
    const value = encode(column, row[field]);
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
