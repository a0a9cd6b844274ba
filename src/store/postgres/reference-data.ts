/** The reference data as it is stored, and as the catalog that decisions use. */
import { type Catalog, catalogOf } from '../../domain/catalog/catalog.ts';
import { columnName, keyOf, type ReferenceTable, type Row, referenceTables } from '../tables.ts';
import type { RawRow } from './client.ts';
import type { Statement } from './connection.ts';
import { decodeRow } from './encoding.ts';
import { rowText } from './lookup-shapes.ts';

export type ReferenceData = {
  readonly rows: Readonly<Record<ReferenceTable, readonly RawRow[]>>;
  readonly catalog: Catalog;
};

export const selectReferenceData: readonly Statement[] = referenceTables.map((table) => ({
  sql: `SELECT * FROM ${table} ORDER BY ${keyOf(table).map(columnName).join()}`,
}));

/**
 * Whoever writes reference data, changes an account or adds a deposit address holds all of them alone until the commit:
 * what it decided on must still be so.
 */
export const lockReferenceData: Statement = { sql: 'SELECT pg_advisory_xact_lock(4205114362)' };
/** Whoever must not miss such a change holds them together with others of its kind: nobody changes them until its commit. */
export const shareReferenceData: Statement = { sql: 'SELECT pg_advisory_xact_lock_shared(4205114362)' };

type Results = readonly (readonly RawRow[])[];

/** @param results of `selectReferenceData`. */
export function readReferenceData(results: Results): ReferenceData {
  return referenceDataOf(readRows(results));
}

function readRows(results: Results): ReferenceData['rows'] {
  const decoded = referenceTables.map((table, index) => [
    table,
    (results[index] ?? []).map((row) => decodeRow(table, row)),
  ]);
  return Object.fromEntries(decoded);
}

export function referenceDataOf(rows: ReferenceData['rows']): ReferenceData {
  return {
    rows,
    catalog: catalogOf(rows as unknown as { readonly [T in ReferenceTable]: readonly Row<T>[] }),
  };
}

export function mapReferenceData(
  data: ReferenceData,
  change: (table: ReferenceTable, rows: readonly RawRow[]) => readonly RawRow[],
): ReferenceData {
  const changed = referenceTables.map((table) => [table, change(table, data.rows[table])]);
  return referenceDataOf(Object.fromEntries(changed));
}

/** The results that were the same when last compared in full: most batches find them again, letter by letter. */
const lastSame = new WeakMap<ReferenceData, string>();

/** @param results of `selectReferenceData`. */
export function isSameReferenceData(results: Results, known: ReferenceData): boolean {
  // Before the rows are decoded, which changes them.
  const asRead = textOf(results);
  if (lastSame.get(known) === asRead) return true;
  const rows = readRows(results);
  const isSame = textOf(inOrder(rows)) === textOf(inOrder(known.rows));
  if (isSame) lastSame.set(known, asRead);
  return isSame;
}

const inOrder = (rows: ReferenceData['rows']): Results => referenceTables.map((table) => rows[table]);

/** Whatever the order of the rows of a table. */
function textOf(results: Results): string {
  const texts = referenceTables.map((table, index) =>
    (results[index] ?? []).map((row) => rowText(table, row)).sort(),
  );
  return JSON.stringify(texts);
}
