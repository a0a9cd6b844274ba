/** Combines all writes of a batch to one row, so that the row is written once. */
import { columnsOf, keyOf, type TableName } from '../tables.ts';
import type { RawRow } from './client.ts';
import { BrokenWrite } from './failure.ts';

/**
 * - `put`: inserts or replaces a row that may exist;
 * - `none`: the row was inserted and deleted within the batch.
 *
 * `before` is the row as it was read; null if it does not exist; undefined if it was not looked up.
 */
export type RowChange = {
  readonly kind: 'insert' | 'put' | 'update' | 'delete' | 'none';
  /** Contains at least the fields of the key. */
  readonly key: RawRow;
  readonly before: RawRow | null | undefined;
  readonly after: RawRow | null;
  /** The changed fields of an update. */
  readonly fields?: ReadonlySet<string>;
};

type Known = Pick<RowChange, 'key' | 'before'> & Partial<RowChange>;
type Change = { readonly put: RawRow } | { readonly set: RawRow } | 'delete';

export function changeRow(table: TableName, known: Known, change: Change): RowChange {
  if (change === 'delete') return deleted(known);
  return 'put' in change ? put(table, known, change.put) : updated(table, known, change.set);
}

function deleted({ kind, key, before, after }: Known): RowChange {
  const isThere = kind === undefined ? before !== null : after !== null && kind !== 'insert';
  if (isThere || kind === 'delete') return { kind: 'delete', key, before, after: null };
  return { kind: 'none', key, before, after: null };
}

function put(table: TableName, { kind, key, before }: Known, row: RawRow): RowChange {
  if (kind === 'insert' || kind === 'none' || (kind === undefined && before === null)) {
    // If another process inserts the row first, this insert fails and the batch is decided again.
    return { kind: 'insert', key, before, after: row };
  }
  if ((kind === undefined || kind === 'update') && before) {
    const keyFields = keyOf(table);
    const rest = Object.keys(columnsOf(table)).filter((field) => !keyFields.includes(field));
    return { kind: 'update', key, before, after: row, fields: new Set(rest) };
  }
  return { kind: 'put', key, before, after: row };
}

function updated(table: TableName, known: Known, set: RawRow): RowChange {
  const { kind, key, before, after, fields } = known;
  if (after === null || (kind === undefined && before === null)) {
    throw new BrokenWrite(`${table}: the row to update does not exist`);
  }
  const row = { ...(after ?? before ?? key), ...set };
  if (kind === 'insert' || kind === 'put') return { kind, key, before, after: row };
  return {
    kind: 'update',
    key,
    before,
    after: row,
    fields: new Set([...(fields ?? []), ...Object.keys(set)]),
  };
}
