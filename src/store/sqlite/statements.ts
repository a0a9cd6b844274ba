/**
 * Rows in and out of SQLite, from the one declaration of the tables. Statements are prepared once per shape; every
 * shape that the commands ask for is served by a primary key or an index of the migrations.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Lookup, Write } from '../port.ts';
import { type ColumnKind, type Row, sequenced, type TableName, tables } from '../tables.ts';

type SqlValue = string | number | null;
type Encoder = (value: unknown) => SqlValue;
type Decoder = (value: SqlValue) => unknown;

const encoders: Record<string, Encoder> = {
  integer: (value) => value as number,
  text: (value) => value as string,
  units: (value) => (value as bigint).toString(),
  flag: (value) => (value === true ? 1 : 0),
  json: (value) => JSON.stringify(value),
};
const decoders: Record<string, Decoder | null> = {
  integer: null,
  text: null,
  units: (value) => BigInt(value as string),
  flag: (value) => value === 1,
  json: (value) => JSON.parse(value as string),
};

function baseKind(kind: ColumnKind): string {
  return kind.endsWith('?') ? kind.slice(0, -1) : kind;
}

export function encode(kind: ColumnKind, value: unknown): SqlValue {
  return value === null || value === undefined ? null : (encoders[baseKind(kind)] as Encoder)(value);
}

type Decoding = readonly (readonly [column: string, decode: Decoder])[];

/** The columns of a table that do not come back as they are. */
function decodingOf(table: TableName): Decoding {
  return Object.entries(tables[table].columns).flatMap(([column, kind]) => {
    const decode = decoders[baseKind(kind)];
    return decode ? [[column, decode] as const] : [];
  });
}

const decodings = Object.fromEntries(
  (Object.keys(tables) as TableName[]).map((table) => [table, decodingOf(table)]),
) as Record<TableName, Decoding>;

/** Turns what SQLite returned into a row of the table, in place. */
export function decodeRow<T extends TableName>(table: T, raw: Record<string, SqlValue>): Row<T> {
  for (const [column, decode] of decodings[table]) {
    const value = raw[column];
    if (value !== null && value !== undefined) (raw as Record<string, unknown>)[column] = decode(value);
  }
  return raw as unknown as Row<T>;
}

export class SqliteStatements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  prepare(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }

  find<T extends TableName>(lookup: Lookup<T>): Row<T>[] {
    const { table, where, since } = lookup;
    const columns = Object.keys(where);
    const kinds = tables[table].columns as Record<string, ColumnKind>;
    const values = columns.map((column) =>
      encode(kinds[column] as ColumnKind, where[column as keyof typeof where]),
    );
    if (since !== undefined) values.push(since.value);
    const found = this.prepare(selectSql(table, columns, since?.column)).all(...values);
    return (found as Record<string, SqlValue>[]).map((raw) => decodeRow(table, raw));
  }

  apply(write: Write): void {
    if ('insert' in write) this.#insert('INSERT', write.insert, write.row);
    else if ('put' in write) this.#insert('INSERT OR REPLACE', write.put, write.row);
    else if ('update' in write) this.#update(write.update, write.key, write.set);
    else this.#delete(write.delete, write.key);
  }

  #insert(verb: string, table: TableName, row: object): void {
    const kinds = Object.entries<ColumnKind>(tables[table].columns);
    const columns =
      sequenced.has(table) && !('seq' in row) ? kinds.filter(([column]) => column !== 'seq') : kinds;
    const values = columns.map(([column, kind]) => encode(kind, row[column as keyof typeof row]));
    const sql = `${verb} INTO ${table} (${columns.map(([column]) => column).join()}) VALUES (${columns.map(() => '?').join()})`;
    this.prepare(sql).run(...values);
  }

  #update(table: TableName, key: object, set: object): void {
    const changed = this.prepare(
      `UPDATE ${table} SET ${assignments(set).join()} WHERE ${assignments(key).join(' AND ')}`,
    ).run(...encodeAll(table, set), ...encodeAll(table, key));
    if (changed.changes !== 1)
      throw new Error(`${table}: update of ${JSON.stringify(key)} changed ${changed.changes} rows`);
  }

  #delete(table: TableName, key: object): void {
    this.prepare(`DELETE FROM ${table} WHERE ${assignments(key).join(' AND ')}`).run(
      ...encodeAll(table, key),
    );
  }
}

function selectSql(table: TableName, columns: readonly string[], since: string | undefined): string {
  const conditions = columns.map((column) => `${column} = ?`);
  if (since !== undefined) conditions.push(`${since} >= ?`);
  return `SELECT * FROM ${table}${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`;
}

function assignments(values: object): string[] {
  return Object.keys(values).map((column) => `${column} = ?`);
}

function encodeAll(table: TableName, values: object): SqlValue[] {
  const kinds = tables[table].columns as Record<string, ColumnKind>;
  return Object.entries(values).map(([column, value]) => encode(kinds[column] as ColumnKind, value));
}
