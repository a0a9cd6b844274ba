/**
 * The numbered migrations of a store. They are only ever added to: one that a database has applied must not change, and
 * a start checks it by a checksum.
 */

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { present } from '../boundary/present.ts';

export type Migration = {
  /** From 1. */
  readonly number: number;
  readonly file: string;
  readonly sql: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly checksum: string;
};

/** The schema of the database is not one that this version can use. */
export class SchemaMismatch extends Error {}

/** A migration as a database has recorded it; the checksum is null if it was applied before checksums were recorded. */
export type AppliedMigration = { readonly number: number; readonly checksum: string | null };

export function readMigrations(folder: URL): readonly Migration[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'));
  return files.sort().map((file, index) => {
    // Git may check out the line ends of another system.
    const sql = readFileSync(new URL(file, folder), 'utf8').replaceAll('\r\n', '\n');
    return { number: index + 1, file, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}

/**
 * @returns the migrations that the database lacks, in order.
 * @throws SchemaMismatch if it has one that is not known, or that differs from the one of this version.
 */
export function missingMigrations(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  const newest = Math.max(0, ...applied.map(({ number }) => number));
  if (newest > known.length) {
    throw new SchemaMismatch(
      `the database was written by a newer version of Bursar (schema ${newest}; this version knows ${known.length}): open it with that version, or restore a backup of before`,
    );
  }
  for (const { number, checksum } of applied) {
    const migration = present(known[number - 1]);
    if (checksum === migration.checksum) continue;
    throw new SchemaMismatch(
      `the database was created with another ${migration.file} than that of this version: open it with the version that created it, or start with a new database`,
    );
  }
  return known.slice(applied.length);
}

/**
 * For those that only read, and so cannot migrate. A database without migrations is not one of Bursar.
 * @throws SchemaMismatch if the database has another schema than this version.
 */
export function checkMigrated(known: readonly Migration[], applied: readonly AppliedMigration[]): void {
  if (applied.length === 0 || missingMigrations(known, applied).length === 0) return;
  throw new SchemaMismatch(
    `the database was written by an earlier version of Bursar (schema ${applied.length}; this version needs ${known.length}): start this version on it once, or use the earlier one`,
  );
}
