/** The reference data: the stored rows, and the catalog made of them that decisions use. */
import { type Catalog, catalogOf } from '../../domain/catalog/catalog.ts';
import { columnName } from '../columns.ts';
import { keyOf, type ReferenceTable, type Row, referenceTables } from '../tables.ts';
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
 * Exclusive lock until the commit, for transactions that write reference data, change an account or add a deposit
 * address: the data that they decided by cannot change before they commit.
 */
export const lockReferenceData: Statement = { sql: 'SELECT pg_advisory_xact_lock(4205114362)' };
/** Shared lock until the commit, for commands with `needsLatest`: it waits for such changes and prevents new ones. */
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
    // cast: each list has rows of its table.
    catalog: catalogOf(rows as { readonly [T in ReferenceTable]: readonly Row<T>[] }),
  };
}

export function mapReferenceData(
  data: ReferenceData,
  change: (table: ReferenceTable, rows: readonly RawRow[]) => readonly RawRow[],
): ReferenceData {
  const changed = referenceTables.map((table) => [table, change(table, data.rows[table])]);
  return referenceDataOf(Object.fromEntries(changed));
}

/** The last results that were equal after a full comparison; most batches read exactly the same text again. */
const lastSame = new WeakMap<ReferenceData, string>();

/** @param results of `selectReferenceData`. */
export function isSameReferenceData(results: Results, known: ReferenceData): boolean {
  // Taken before decoding, which modifies the rows.
  const asRead = textOf(results);
  if (lastSame.get(known) === asRead) return true;
  const rows = readRows(results);
  const isSame = textOf(inOrder(rows)) === textOf(inOrder(known.rows));
  if (isSame) lastSame.set(known, asRead);
  return isSame;
}

const inOrder = (rows: ReferenceData['rows']): Results => referenceTables.map((table) => rows[table]);

/** Text of the results, independent of the order of rows. */
function textOf(results: Results): string {
  const texts = referenceTables.map((table, index) =>
    (results[index] ?? []).map((row) => rowText(table, row)).sort(),
  );
  return JSON.stringify(texts);
}
