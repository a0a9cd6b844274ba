/**
 * Reads and writes rows of SQLite as declared in `tables.ts`. A statement is prepared once per shape (verb, table and
 * columns). Every shape that commands use is served by a primary key or an index.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Column, type ColumnKind, columnName, fieldName } from '../columns.ts';
import { hasKeys } from '../has-keys.ts';
import { openRowsOf } from '../open-rows.ts';
import type { Lookup, Write } from '../port.ts';
import { columnsOf, keyOf, type Row, sequenced, type TableName } from '../tables.ts';

type SqlValue = string | number | null;
type Decoder = (value: SqlValue) => unknown;

const decoders: Record<ColumnKind, Decoder | null> = {
  integer: null,
  text: null,
  units: (value) => BigInt(value as string),
  flag: (value) => value === 1,
  json: (value) => JSON.parse(value as string),
};

type Encoder = (value: unknown) => SqlValue;

const encoders: Record<ColumnKind, Encoder> = {
  integer: (value) => value as number,
  text: (value) => value as string,
  units: (value) => (value as bigint).toString(),
  flag: (value) => (value === true ? 1 : 0),
  json: (value) => JSON.stringify(value),
};

function encoderOf({ kind, nullable }: Column): Encoder {
  const encodeValue = encoders[kind];
  // In a json column null is a JSON value; only a nullable column stores it as NULL.
  const ofNull = kind === 'json' && !nullable ? 'null' : null;
  return (value) => (value === undefined ? null : value === null ? ofNull : encodeValue(value));
}

export function encode(column: Column, value: unknown): SqlValue {
  return encoderOf(column)(value);
}

/** A SELECT that returns arrays of values, and how to decode them to rows of a table. */
type Selection = {
  readonly statement: StatementSync;
  readonly fields: readonly string[];
  readonly decoders: readonly (Decoder | null)[];
};

function selectionOf(table: TableName, statement: StatementSync): Selection {
  const columns = columnsOf(table);
  const fields = statement.columns().map((column) => fieldName(column.name));
  statement.setReturnArrays(true);
  return {
    statement,
    fields,
    // Columns of other tables are not decoded.
    decoders: fields.map((field) => decoders[columns[field]?.kind ?? 'text']),
  };
}

/** Sets the fields always in the same order, so that V8 gives all rows of a table the same hidden class. */
function rowOf({ fields, decoders: decoding }: Selection, values: readonly SqlValue[]): object {
  const row: Record<string, unknown> = {};
  for (let index = 0; index < fields.length; index += 1) {
    const value = values[index] as SqlValue;
    const decode = decoding[index];
    row[fields[index] as string] = decode && value !== null ? decode(value) : value;
  }
  return row;
}

/** A statement and the fields of the two objects that its parameters are taken from, in this order. */
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
    const from = since === undefined ? nothing : { [since.field]: since.value };
    const shape = this.#shapeFor('select', table, where, from);
    return this.rows(table, shape.sql, valuesOf(shape, where, from));
  }

  #findSome<T extends TableName>({ table, where, among, limit }: Lookup<T>): Row<T>[] {
    const fields = Object.keys(where) as (keyof Row<T> & string)[];
    const conditions = [...equal(fields), ...(among === undefined ? [] : [openRowsOf(table).sql])];
    const bound = limit === undefined ? '' : ` LIMIT ${limit}`;
    const columns = columnsOf(table);
    const values = fields.map((field) => encode(columns[field] as Column, where[field]));
    return this.rows(table, `SELECT * FROM ${table} WHERE ${conditions.join(' AND ')}${bound}`, values);
  }

  /** @param sql selects columns of the table. */
  rows<T extends TableName>(table: T, sql: string, parameters: readonly SqlValue[]): Row<T>[] {
    let selection = this.#selections.get(sql);
    if (selection === undefined) {
      selection = selectionOf(table, this.#database.prepare(sql));
      this.#selections.set(sql, selection);
    }
    // Arrays, not objects, because of `setReturnArrays`; numbers, texts and nulls, which are the kinds of all columns.
    const found = selection.statement.all(...parameters) as unknown as SqlValue[][];
    return found.map((values) => rowOf(selection, values) as Row<T>);
  }

  apply(write: Write): void {
    if ('insert' in write) this.#write('insert', write.insert, write.row);
    else if ('put' in write) this.#write('put', write.put, write.row);
    else if ('update' in write) this.#update(write.update, write.key, write.set);
    else this.#write('delete', write.delete, write.key);
  }

  #update(table: TableName, key: object, set: object): void {
    const shape = this.#shapeFor('update', table, set, key);
    const { changes } = this.prepare(shape.sql).run(...valuesOf(shape, set, key));
    if (changes !== 1) throw new Error(`${table}: update of ${JSON.stringify(key)} changed ${changes} rows`);
  }

  #write(verb: Verb, table: TableName, row: object): void {
    const shape = this.#shapeFor(verb, table, row, nothing);
    // Unlike `run`, `get` creates no object that describes the changes.
    this.prepare(shape.sql).get(...valuesOf(shape, row, nothing));
  }

  /** Inserts and puts write all columns; the other verbs have one shape per set of given columns. */
  #shapeFor(verb: Verb, table: TableName, first: object, second: object): Shape {
    const shapes = this.#shapes[verb].get(table) ?? [];
    const isWhole = verb === 'insert' || verb === 'put';
    // Comparing names is faster than building a key from them and looking it up.
    for (const shape of shapes) {
      if (isWhole || (hasKeys(first, shape.first) && hasKeys(second, shape.second))) return shape;
    }
    const fields = isWhole ? writtenFields(table) : Object.keys(first);
    const shape = this.#prepareShape(verb, table, fields, Object.keys(second));
    this.#shapes[verb].set(table, [...shapes, shape]);
    return shape;
  }

  #prepareShape(verb: Verb, table: TableName, first: readonly string[], second: readonly string[]): Shape {
    const columns = columnsOf(table);
    return {
      sql: sqlOf[verb](table, first, second),
      first,
      second,
      encoders: [...first, ...second].map((field) => encoderOf(columns[field] as Column)),
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

/** All fields except `seq`, which the database assigns. */
function writtenFields(table: TableName): readonly string[] {
  const fields = Object.keys(columnsOf(table));
  return sequenced.has(table) ? fields.filter((field) => field !== 'seq') : fields;
}

const equal = (fields: readonly string[]) => fields.map((field) => `${columnName(field)} = ?`);
const names = (fields: readonly string[]) => fields.map(columnName).join();

const sqlOf: Record<Verb, (table: TableName, first: readonly string[], second: readonly string[]) => string> =
  {
    select: (table, where, since) => {
      const conditions = [...equal(where), ...since.map((field) => `${columnName(field)} >= ?`)];
      return `SELECT * FROM ${table}${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''}`;
    },
    insert: (table, fields) =>
      `INSERT INTO ${table} (${names(fields)}) VALUES (${fields.map(() => '?').join()})`,
    put: (table, fields) => {
      const key = keyOf(table);
      const replaced = fields
        .filter((field) => !key.includes(field))
        .map((field) => `${columnName(field)} = excluded.${columnName(field)}`);
      return `${sqlOf.insert(table, fields, [])} ON CONFLICT (${names(key)}) DO UPDATE SET ${replaced.join()}`;
    },
    update: (table, set, key) => `UPDATE ${table} SET ${equal(set).join()} WHERE ${equal(key).join(' AND ')}`,
    delete: (table, key) => `DELETE FROM ${table} WHERE ${equal(key).join(' AND ')}`,
  };
