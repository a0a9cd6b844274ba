/**
 * Rows in and out of SQLite, from the one declaration of the tables. Statements are prepared once per shape; every
 * shape that the commands ask for is served by a primary key or an index of the migrations.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { hasKeys } from '../has-keys.ts';
import { openRowsOf } from '../open-rows.ts';
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

/** A statement whose rows come as arrays of values, and how they become rows of a table. */
type Selection = {
  readonly statement: StatementSync;
  readonly columns: readonly string[];
  readonly decoders: readonly (Decoder | null)[];
};

function selectionOf(table: TableName, statement: StatementSync): Selection {
  const kinds = tables[table].columns as Record<string, ColumnKind>;
  const columns = statement.columns().map((column) => column.name);
  statement.setReturnArrays(true);
  return {
    statement,
    columns,
    // A column of another table comes as it is.
    decoders: columns.map((column) => decoders[baseKind(kinds[column] ?? 'text')] as Decoder | null),
  };
}

/** Made column by column, always in the same order: V8 then reads the rows of a table as fast as it can. */
function rowOf({ columns, decoders: decoding }: Selection, values: readonly SqlValue[]): object {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < columns.length; index += 1) {
    const value = values[index] as SqlValue;
    const decode = decoding[index];
    row[columns[index] as string] = decode && value !== null ? decode(value) : value;
  }
  return row;
}

/** A statement, and the columns of the two objects that give it its values, in this order. */
type Shape = {
  readonly sql: string;
  readonly first: readonly string[];
  readonly second: readonly string[];
  readonly encoders: readonly Encoder[];
};

type Verb = 'select' | 'insert' | 'put' | 'update' | 'delete';

const nothing: object = {};

export class SqliteStatements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();
  readonly #selections = new Map<string, Selection>();
  readonly #shapes: Record<Verb, Map<TableName, Shape[]>> = {
    select: new Map(),
    insert: new Map(),
    put: new Map(),
    update: new Map(),
    delete: new Map(),
  };

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
    const { table, where, since, among, limit } = lookup;
    if (among !== undefined || limit !== undefined) return this.#findSome(lookup);
    const from = since === undefined ? nothing : { [since.column]: since.value };
    const shape = this.#shapeFor('select', table, where, from);
    return this.rows(table, shape.sql, valuesOf(shape, where, from));
  }

  #findSome<T extends TableName>({ table, where, among, limit }: Lookup<T>): Row<T>[] {
    const columns = Object.keys(where) as (keyof Row<T> & string)[];
    const conditions = [...equal(columns), ...(among === undefined ? [] : [openRowsOf(table).sql])];
    const bound = limit === undefined ? '' : ` LIMIT ${limit}`;
    const kinds = tables[table].columns as Record<string, ColumnKind>;
    const values = columns.map((column) => encode(kinds[column] as ColumnKind, where[column]));
    return this.rows(table, `SELECT * FROM ${table} WHERE ${conditions.join(' AND ')}${bound}`, values);
  }

  /** @param sql selects columns of the table. */
  rows<T extends TableName>(table: T, sql: string, parameters: readonly SqlValue[]): Row<T>[] {
    let selection = this.#selections.get(sql);
    if (selection === undefined) {
      selection = selectionOf(table, this.#database.prepare(sql));
      this.#selections.set(sql, selection);
    }
    const found = selection.statement.all(...parameters) as unknown as SqlValue[][];
    return found.map((values) => rowOf(selection, values) as Row<T>);
  }

  apply(write: Write): void {
    if ('insert' in write) this.#run('insert', write.insert, write.row);
    else if ('put' in write) this.#run('put', write.put, write.row);
    else if ('update' in write) this.#update(write.update, write.key, write.set);
    else this.#run('delete', write.delete, write.key);
  }

  #update(table: TableName, key: object, set: object): void {
    const changes = this.#run('update', table, set, key);
    if (changes !== 1) throw new Error(`${table}: update of ${JSON.stringify(key)} changed ${changes} rows`);
  }

  #run(verb: Verb, table: TableName, first: object, second: object = nothing): number | bigint {
    const shape = this.#shapeFor(verb, table, first, second);
    return this.prepare(shape.sql).run(...valuesOf(shape, first, second)).changes;
  }

  /** A row is written whole, whatever the order of its columns; all else goes by the columns that are given. */
  #shapeFor(verb: Verb, table: TableName, first: object, second: object): Shape {
    const shapes = this.#shapes[verb].get(table) ?? [];
    const isWhole = verb === 'insert' || verb === 'put';
    // Comparing names is faster than looking up a text that is made of them.
    for (const shape of shapes) {
      if (isWhole || (hasKeys(first, shape.first) && hasKeys(second, shape.second))) return shape;
    }
    const columns = isWhole ? writtenColumns(table) : Object.keys(first);
    const shape = this.#prepareShape(verb, table, columns, Object.keys(second));
    this.#shapes[verb].set(table, [...shapes, shape]);
    return shape;
  }

  #prepareShape(verb: Verb, table: TableName, first: readonly string[], second: readonly string[]): Shape {
    const kinds = tables[table].columns as Record<string, ColumnKind>;
    return {
      sql: sqlOf[verb](table, first, second),
      first,
      second,
      encoders: [...first, ...second].map((column) => encoderOf(kinds[column] as ColumnKind)),
    };
  }
}

function valuesOf({ first, second, encoders: encoding }: Shape, one: object, other: object): SqlValue[] {
  const values: SqlValue[] = new Array(encoding.length);
  for (let index = 0; index < encoding.length; index += 1) {
    const value =
      index < first.length
        ? one[first[index] as keyof typeof one]
        : other[second[index - first.length] as keyof typeof other];
    values[index] = (encoding[index] as Encoder)(value);
  }
  return values;
}

/** All columns but the running number that the database hands out. */
function writtenColumns(table: TableName): readonly string[] {
  const columns = Object.keys(tables[table].columns);
  return sequenced.has(table) ? columns.filter((column) => column !== 'seq') : columns;
}

const equal = (columns: readonly string[]) => columns.map((column) => `${column} = ?`);

const sqlOf: Record<Verb, (table: TableName, first: readonly string[], second: readonly string[]) => string> =
  {
    select: (table, where, since) => {
      const conditions = [...equal(where), ...since.map((column) => `${column} >= ?`)];
      return `SELECT * FROM ${table}${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`;
    },
    insert: (table, columns) =>
      `INSERT INTO ${table} (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
    put: (table, columns) => {
      const key: readonly string[] = tables[table].key;
      const replaced = columns
        .filter((column) => !key.includes(column))
        .map((column) => `${column} = excluded.${column}`);
      return `${sqlOf.insert(table, columns, [])} ON CONFLICT (${key.join()}) DO UPDATE SET ${replaced.join()}`;
    },
    update: (table, set, key) => `UPDATE ${table} SET ${equal(set).join()} WHERE ${equal(key).join(' AND ')}`,
    delete: (table, key) => `DELETE FROM ${table} WHERE ${equal(key).join(' AND ')}`,
  };
