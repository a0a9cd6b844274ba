/**
 * Rows in and out of SQLite, from the one declaration of the tables. Statements are prepared once per shape; every
 * shape that the commands ask for is served by a primary key or an index of the migrations.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Lookup, Write } from '../port.ts';
import { type ColumnKind, type Row, sequenced, type TableName, tables } from '../tables.ts';

type SqlValue = string | number | null;
type Decoder = (value: SqlValue) => unknown;

const decoders: Record<string, Decoder | null> = {
  integer: null,
  text: null,
  units: (value) => BigInt(value as string),
  flag: (value) => value === 1,
  json: (value) => JSON.parse(value as string),
};

type Encoder = (value: unknown) => SqlValue;

const encoders: Record<string, Encoder> = {
  integer: (value) => value as number,
  text: (value) => value as string,
  units: (value) => (value as bigint).toString(),
  flag: (value) => (value === true ? 1 : 0),
  json: (value) => JSON.stringify(value),
};

function baseKind(kind: ColumnKind): string {
  return kind.endsWith('?') ? kind.slice(0, -1) : kind;
}

function encoderOf(kind: ColumnKind): Encoder {
  const encodeValue = encoders[baseKind(kind)] as Encoder;
  // null is a value of a json column; only `json?` keeps it as NULL.
  const ofNull = kind === 'json' ? 'null' : null;
  return (value) => (value === undefined ? null : value === null ? ofNull : encodeValue(value));
}

export function encode(kind: ColumnKind, value: unknown): SqlValue {
  return encoderOf(kind)(value);
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

/** A prepared statement that takes the columns of a table in a fixed order. */
type Shape = {
  readonly statement: StatementSync;
  readonly columns: readonly string[];
  readonly encoders: readonly Encoder[];
};

export class SqliteStatements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();
  readonly #shapes = new Map<string, Shape>();

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

  find<T extends TableName>({ table, where, since }: Lookup<T>): Row<T>[] {
    const name = `select ${table} ${shapeOf(where)} ${since?.column ?? ''}`;
    const shape =
      this.#shapes.get(name) ??
      this.#prepareShape(
        name,
        table,
        Object.keys(where),
        selectSql(table, Object.keys(where), since?.column),
      );
    const values = valuesOf(shape, where);
    if (since !== undefined) values.push(since.value);
    const found = shape.statement.all(...values) as Record<string, SqlValue>[];
    for (const raw of found) decodeRow(table, raw);
    return found as unknown as Row<T>[];
  }

  apply(write: Write): void {
    if ('insert' in write) this.#insert(write.insert, write.row);
    else if ('put' in write) this.#put(write.put, write.row);
    else if ('update' in write) this.#update(write.update, write.key, write.set);
    else this.#delete(write.delete, write.key);
  }

  #insert(table: TableName, row: object): void {
    const name = `insert ${table}`;
    const shape =
      this.#shapes.get(name) ?? this.#prepareShape(name, table, insertedColumns(table), insertSql(table));
    shape.statement.run(...valuesOf(shape, row));
  }

  #put(table: TableName, row: object): void {
    const name = `put ${table}`;
    const shape =
      this.#shapes.get(name) ?? this.#prepareShape(name, table, insertedColumns(table), putSql(table));
    shape.statement.run(...valuesOf(shape, row));
  }

  #update(table: TableName, key: object, set: object): void {
    const name = `update ${table} ${shapeOf(set)} ${shapeOf(key)}`;
    const shape =
      this.#shapes.get(name) ??
      this.#prepareShape(
        name,
        table,
        [...Object.keys(set), ...Object.keys(key)],
        `UPDATE ${table} SET ${assignments(set).join()} WHERE ${assignments(key).join(' AND ')}`,
      );
    const values = [...Object.values(set), ...Object.values(key)];
    const { changes } = shape.statement.run(
      ...values.map((value, index) => (shape.encoders[index] as Encoder)(value)),
    );
    if (changes !== 1) throw new Error(`${table}: update of ${JSON.stringify(key)} changed ${changes} rows`);
  }

  #delete(table: TableName, key: object): void {
    const name = `delete ${table} ${shapeOf(key)}`;
    const shape =
      this.#shapes.get(name) ??
      this.#prepareShape(
        name,
        table,
        Object.keys(key),
        `DELETE FROM ${table} WHERE ${assignments(key).join(' AND ')}`,
      );
    shape.statement.run(...valuesOf(shape, key));
  }

  #prepareShape(name: string, table: TableName, columns: readonly string[], sql: string): Shape {
    const kinds = tables[table].columns as Record<string, ColumnKind>;
    const shape: Shape = {
      statement: this.prepare(sql),
      columns,
      encoders: columns.map((column) => encoderOf(kinds[column] as ColumnKind)),
    };
    this.#shapes.set(name, shape);
    return shape;
  }
}

function shapeOf(values: object): string {
  let shape = '';
  for (const column in values) shape += `${column},`;
  return shape;
}

function valuesOf({ columns, encoders: encoding }: Shape, row: object): SqlValue[] {
  const values: SqlValue[] = new Array(columns.length);
  for (let index = 0; index < columns.length; index += 1) {
    const value = row[columns[index] as keyof typeof row];
    values[index] = (encoding[index] as Encoder)(value);
  }
  return values;
}

/** All columns but the running number that the database hands out. */
function insertedColumns(table: TableName): readonly string[] {
  const columns = Object.keys(tables[table].columns);
  return sequenced.has(table) ? columns.filter((column) => column !== 'seq') : columns;
}

function insertSql(table: TableName): string {
  const columns = insertedColumns(table);
  return `INSERT INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`;
}

function putSql(table: TableName): string {
  const key: readonly string[] = tables[table].key;
  const rest = insertedColumns(table).filter((column) => !key.includes(column));
  const replaced = rest.map((column) => `${column} = excluded.${column}`);
  return `${insertSql(table)} ON CONFLICT (${key.join()}) DO UPDATE SET ${replaced.join()}`;
}

function selectSql(table: TableName, columns: readonly string[], since: string | undefined): string {
  const conditions = columns.map((column) => `${column} = ?`);
  if (since !== undefined) conditions.push(`${since} >= ?`);
  return `SELECT * FROM ${table}${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`;
}

function assignments(values: object): string[] {
  return Object.keys(values).map((column) => `${column} = ?`);
}
