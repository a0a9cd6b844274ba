/** The reference data as it is stored, and as the catalog that decisions use. */
import { type Catalog, catalogOf } from '../../domain/catalog/catalog.ts';
import { type ReferenceTable, type Row, referenceTables, tables } from '../tables.ts';
import type { RawRow } from './client.ts';
import type { Statement } from './connection.ts';
import { decodeRow } from './encoding.ts';
import { rowText } from './lookup-shapes.ts';

export type ReferenceData = {
  readonly rows: Readonly<Record<ReferenceTable, readonly RawRow[]>>;
  readonly catalog: Catalog;
};

export const selectReferenceData: readonly Statement[] = referenceTables.map((table) => ({
  sql: `SELECT * FROM ${table} ORDER BY ${tables[table].key.join()}`,
}));

/**
 * Whoever writes reference data, changes an account or adds a deposit address holds all of them alone until the commit: what it decided on must
 * still be so.
 */
export const lockReferenceData: Statement = { sql: 'SELECT pg_advisory_xact_lock(4205114362)' };
/** Whoever must not miss such a change holds them together with others of its kind: nobody changes them until its commit. */
export const shareReferenceData: Statement = { sql: 'SELECT pg_advisory_xact_lock_shared(4205114362)' };

/** From the results of `selectReferenceData`. */
export function readReferenceData(results: readonly (readonly RawRow[])[]): ReferenceData {
  const decoded = referenceTables.map((table, index) => [
    table,
    (results[index] ?? []).map((row) => decodeRow(table, row)),
  ]);
  return referenceDataOf(Object.fromEntries(decoded));
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

export function isSameReferenceData(a: ReferenceData, b: ReferenceData): boolean {
  const text = (table: ReferenceTable, { rows }: ReferenceData) =>
    rows[table]
      .map((row) => rowText(table, row))
      .sort()
      .join();
  return referenceTables.every((table) => text(table, a) === text(table, b));
}
