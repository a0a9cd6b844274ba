/**
 * Opens the SQLite file: write-ahead log, every commit synced to disk, numbered migrations applied once, in order.
 */

import { DatabaseSync } from 'node:sqlite';
import { onlyRow, selected } from '../../boundary/selected.ts';
import {
  type AppliedMigration,
  checkMigrated,
  type Migration,
  missingMigrations,
  readMigrations,
} from '../migration-files.ts';
import { storeFaultOf } from './failure.ts';
import { imageOf, openImage } from './image.ts';
import { makePrivateFile } from './private-file.ts';

const migrations = readMigrations(new URL('./migrations/', import.meta.url));

/**
 * @param path of the file, or `:memory:` for a database that is lost when it is closed.
 * @throws StoreFault if the file cannot be opened: the disk is full, or the file is not a database.
 */
export function openForWriting(path: string): DatabaseSync {
  try {
    makePrivateFile(path);
    return prepareForWriting(new DatabaseSync(path, { timeout: 5000 }));
  } catch (error) {
    throw storeFaultOf(error);
  }
}

function prepareForWriting(database: DatabaseSync): DatabaseSync {
  // The checkpointer copies the log to the file. If it cannot, the writer does it when the log has 64,000 pages (256 MB).
  // The cache is small because SQLite scans all cached pages whenever an index page is split: a larger one slows writes
  // down.
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA wal_autocheckpoint = 64000;
    PRAGMA cache_size = -8000;
    PRAGMA temp_store = MEMORY;
  `);
  migrate(database);
  return database;
}

/**
 * Opens a read-only connection; it sees each commit immediately.
 * @throws SchemaMismatch if another version has written the file.
 */
export function openForReading(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  try {
    database.exec('PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;');
    checkMigrated(migrations, appliedTo(database));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens a database in memory that begins with the content of an image, and migrates it.
 * @throws StoreFault if it is not the image of a database.
 */
export function openImageForWriting(image: Uint8Array): DatabaseSync {
  try {
    const database = openImage(image);
    // The content is in memory already: a larger cache would be a second copy of it.
    database.exec('PRAGMA foreign_keys = ON; PRAGMA cache_size = -100; PRAGMA temp_store = MEMORY;');
    migrate(database);
    return database;
  } catch (error) {
    throw storeFaultOf(error);
  }
}

/** Copies the committed data into a database in memory. @returns its connection, which the caller closes. */
export function copyInMemory(database: DatabaseSync): DatabaseSync {
  return openImage(imageOf(database));
}

/**
 * Applies the missing migrations in one transaction: a failure leaves the database as it was, and a new file is on disk
 * after one commit.
 * @param known the migrations of this version, except in tests.
 */
export function migrate(database: DatabaseSync, known: readonly Migration[] = migrations): void {
  if (missingMigrations(known, appliedTo(database)).length === 0) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Another connection may have applied them meanwhile.
    for (const migration of missingMigrations(known, appliedTo(database))) apply(database, migration);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function apply(database: DatabaseSync, { number, file, sql, checksum }: Migration): void {
  database.exec(
    'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, file TEXT NOT NULL, checksum TEXT NOT NULL) STRICT',
  );
  database.exec(sql);
  database
    .prepare('INSERT INTO migrations (number, file, checksum) VALUES (?, ?, ?)')
    .run(number, file, checksum);
}

function appliedTo(database: DatabaseSync): readonly AppliedMigration[] {
  // Before checksums were recorded, the header counted the migrations.
  const { user_version: unrecorded } = onlyRow<{
    user_version: number;
  }>(database.prepare('PRAGMA user_version').get());
  if (unrecorded > 0)
    return Array.from({ length: unrecorded }, (_, index) => ({ number: index + 1, checksum: null }));
  const table = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'").get();
  if (table === undefined) return [];
  const rows = database.prepare('SELECT number, checksum FROM migrations ORDER BY number').all();
  return selected<{ number: number; checksum: string | null }>(rows);
}
