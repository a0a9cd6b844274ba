/** What becomes of one row by all the writes of a batch: in the end it is written once. */
import { columnsOf, keyOf, type TableName } from '../tables.ts';
import type { RawRow } from './client.ts';
import { BrokenWrite } from './failure.ts';

/**
 * `put` inserts or replaces a row of which nothing is known; `none`: a row that came and went within the batch.
 * `before` is the row as it was read; null: it was looked for and is not there; undefined: nobody looked.
 */
export type RowChange = {
  readonly kind: 'insert' | 'put' | 'update' | 'delete' | 'none';
  /** Has the fields of the key. */
  readonly key: RawRow;
  readonly before: RawRow | null | undefined;
  readonly after: RawRow | null;
  /** Of an update: what is changed. */
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
    // Somebody else may insert it first: then this one is refused, and decided again.
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
    throw new BrokenWrite(`${table}: an update of a row that is not there`);
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
