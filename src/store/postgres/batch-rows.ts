/**
 * The rows of a batch: rows fetched inside the transaction, overlaid with the writes of the batch's commands so far,
 * which every later lookup sees.
 *
 * Nothing is written while the batch is decided. In the end, the transaction writes the final state of each changed
 * row.
 */
import { numberIn } from '../../boundary/selected.ts';
import { openRowsOf } from '../open-rows.ts';
import type { AnyLookup, Lookup, Rows, Write } from '../port.ts';
import { type Row, sequenced, type TableName } from '../tables.ts';
import type { RawRow } from './client.ts';
import { BrokenWrite } from './failure.ts';
import { keyShape, type Shape, shapeOf, valuesKey, type Wanted } from './lookup-shapes.ts';
import { changeRow, type RowChange } from './row-change.ts';

/** A decision asked for a row that was not fetched. */
export class NotFetched extends Error {}

type Fetched = { readonly since: number | undefined; readonly rows: readonly RawRow[] };

class TableRows {
  /** Fetched rows by key, one version of each. */
  readonly base = new Map<string, RawRow>();
  readonly locked = new Set<string>();
  readonly changes = new Map<string, RowChange>();
  /** For each shape: the keys of changed rows by the values of the shape's fields. */
  readonly indexes = new Map<Shape, Map<string, Set<string>>>();
}

/** Rows that have no `seq` yet get a provisional one, above all real ones. */
const firstProvisionalSeq = 2 ** 52;

export class BatchRows implements Rows {
  readonly #fetched = new Map<Shape, Map<string, Fetched>>();
  readonly #tables = new Map<TableName, TableRows>();
  #provisionalSeq = firstProvisionalSeq;

  /** Adds the rows that one statement has found. */
  addFetched(shape: Shape, wanted: Wanted, found: readonly RawRow[], locked: boolean): void {
    const table = this.#table(shape.table);
    const byValues = new Map<string, RawRow[]>();
    for (const row of found) {
      const key = valuesKey(keyShape(shape.table), row);
      // Locked rows are fetched first. If another statement finds the same row, the first version is used.
      const known = table.base.get(key) ?? row;
      table.base.set(key, known);
      if (locked) table.locked.add(key);
      const values = valuesKey(shape, row);
      const rows = byValues.get(values);
      if (rows === undefined) byValues.set(values, [known]);
      else rows.push(known);
    }
    const fetched = getOrSet(this.#fetched, shape, () => new Map<string, Fetched>());
    for (const [values, { since }] of wanted)
      fetched.set(values, { since, rows: byValues.get(values) ?? [] });
  }

  has(lookup: AnyLookup): boolean {
    return this.#find(shapeOf(lookup), lookup) !== undefined;
  }

  one<T extends TableName>(lookup: Lookup<T>): Row<T> | undefined {
    return this.all(lookup)[0];
  }

  all<T extends TableName>(lookup: Lookup<T>): readonly Row<T>[] {
    const shape = shapeOf(lookup as AnyLookup);
    const fetched = this.#find(shape, lookup as AnyLookup);
    if (fetched === undefined)
      throw new NotFetched(`the command did not prefetch ${shape.table} by ${shape.fields.join()}`);
    return this.#withChanges(shape, lookup as AnyLookup, fetched.rows) as readonly Row<T>[];
  }

  apply(write: Write): TableName {
    if ('insert' in write) return this.#insert(write.insert, write.row as RawRow);
    if ('put' in write) return this.#change(write.put, write.row as RawRow, { put: write.row as RawRow });
    if ('update' in write)
      return this.#change(write.update, write.key as RawRow, { set: write.set as RawRow });
    return this.#change(write.delete, write.key as RawRow, 'delete');
  }

  /** The changes to write, by table. */
  *changes(): Generator<readonly [TableName, readonly RowChange[]]> {
    for (const [name, table] of this.#tables) {
      const changes = [...table.changes.values()].filter(({ kind }) => kind !== 'none');
      if (changes.length > 0) yield [name, changes];
    }
  }

  /** Updates and deletes of rows that were read without a lock, so that other processes may have changed them. */
  unlocked(name: TableName): readonly RowChange[] {
    const table = this.#table(name);
    return [...table.changes].flatMap(([key, change]) =>
      (change.kind === 'update' || change.kind === 'delete') && !table.locked.has(key) ? [change] : [],
    );
  }

  /** All rows of a table after the changes. @param before all its rows before the changes. */
  current(name: TableName, before: readonly RawRow[]): readonly RawRow[] {
    const rows = new Map(before.map((row) => [valuesKey(keyShape(name), row), row]));
    for (const [key, { after }] of this.#table(name).changes) {
      if (after === null) rows.delete(key);
      else rows.set(key, after);
    }
    return [...rows.values()];
  }

  #table(name: TableName): TableRows {
    return getOrSet(this.#tables, name, () => new TableRows());
  }

  #find(shape: Shape, lookup: AnyLookup): Fetched | undefined {
    const fetched = this.#fetched.get(shape)?.get(valuesKey(shape, lookup.where));
    if (fetched === undefined) return undefined;
    return lookup.since === undefined || (fetched.since ?? 0) <= lookup.since.value ? fetched : undefined;
  }

  #withChanges(shape: Shape, lookup: AnyLookup, found: readonly RawRow[]): readonly RawRow[] {
    const belongs = membershipOf(shape, lookup);
    const table = this.#table(shape.table);
    if (table.changes.size === 0) return lookup.since === undefined ? found : found.filter(belongs);
    const values = valuesKey(shape, lookup.where);
    if (shape.isKey) return changedOr(found, table.changes.get(values));
    const rows = new Map(found.map((row) => [valuesKey(keyShape(shape.table), row), row]));
    for (const key of rows.keys()) if (table.changes.has(key)) rows.delete(key);
    for (const key of this.#changedKeys(shape, table, values)) {
      const after = table.changes.get(key)?.after;
      if (after && valuesKey(shape, after) === values) rows.set(key, after);
    }
    return [...rows.values()].filter(belongs);
  }

  /** Keys of changed rows that have, or had within the batch, these values. */
  #changedKeys(shape: Shape, table: TableRows, values: string): Iterable<string> {
    let index = table.indexes.get(shape);
    if (index === undefined) {
      index = new Map();
      table.indexes.set(shape, index);
      for (const [key, { after }] of table.changes) if (after) addToIndex(index, shape, key, after);
    }
    return index.get(values) ?? [];
  }

  #insert(name: TableName, given: RawRow): TableName {
    const row = sequenced.has(name) ? { ...given, seq: this.#provisionalSeq++ } : given;
    const key = valuesKey(keyShape(name), row);
    const table = this.#table(name);
    const before = table.changes.get(key);
    if (before?.after || (before === undefined && table.base.has(key))) {
      throw new BrokenWrite(`${name}: a row with this key exists already`);
    }
    const replaces = before !== undefined && before.kind !== 'none';
    const kind = replaces ? 'put' : 'insert';
    return this.#record(name, key, { kind, key: row, before: before?.before, after: row });
  }

  #change(name: TableName, row: RawRow, how: Parameters<typeof changeRow>[2]): TableName {
    const shape = keyShape(name);
    if (shape.fields.some((field) => row[field] === undefined)) {
      throw new BrokenWrite(`${name}: a write must name the key ${shape.fields.join()}`);
    }
    const key = valuesKey(shape, row);
    const table = this.#table(name);
    const absent = this.#fetched.get(shape)?.get(key)?.rows.length === 0;
    const known = table.changes.get(key) ?? { key: row, before: absent ? null : table.base.get(key) };
    return this.#record(name, key, changeRow(name, known, how));
  }

  #record(name: TableName, key: string, change: RowChange): TableName {
    const table = this.#table(name);
    table.changes.set(key, change);
    if (change.after) {
      for (const [shape, index] of table.indexes) addToIndex(index, shape, key, change.after);
    }
    return name;
  }
}

/** @returns whether a row with the values of the lookup also meets its other conditions. */
function membershipOf({ table, among }: Shape, { since }: AnyLookup): (row: RawRow) => boolean {
  const isOpen = among === undefined ? undefined : openRowsOf(table).has;
  return (row) =>
    (since === undefined || numberIn(row, since.field) >= since.value) &&
    (isOpen === undefined || isOpen(row as never));
}

/** The row with a key, after its change. */
function changedOr(found: readonly RawRow[], change: RowChange | undefined): readonly RawRow[] {
  if (change === undefined) return found;
  return change.after === null ? [] : [change.after];
}

function addToIndex(index: Map<string, Set<string>>, shape: Shape, key: string, row: RawRow): void {
  getOrSet(index, valuesKey(shape, row), () => new Set<string>()).add(key);
}

function getOrSet<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
