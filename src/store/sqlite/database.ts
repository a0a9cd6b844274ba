/**
 * Opens the SQLite file: write-ahead log, every commit synced to disk, numbered migrations applied once, in order.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { storeFaultOf } from './failure.ts';
import { makePrivateFile } from './private-file.ts';

const migrationsFolder = new URL('./migrations/', import.meta.url);

/**
 * `:memory:` for a store that forgets.
 * @throws StoreFault when the machine does not let it: no room, a file that is no database.
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
  // The log grows to 64 MB before it is copied into the file: all wait for that, so it must not be often. A greater
  // cache makes writing slower: whenever a page of an index is split, SQLite walks through all pages of the cache.
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA wal_autocheckpoint = 16000;
    PRAGMA cache_size = -8000;
    PRAGMA temp_store = MEMORY;
  `);
  migrate(database);
  return database;
}

/** A second connection that only reads; it sees each commit as soon as it is made. */
export function openForReading(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  database.exec('PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY;');
  return database;
}

function migrate(database: DatabaseSync): void {
  const { user_version: applied } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  const files = readdirSync(migrationsFolder)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  if (applied > files.length) {
    throw new Error(
      `the database was written by a newer Bursar (schema ${applied}, this one knows ${files.length})`,
    );
  }
  for (const [index, file] of files.entries()) {
    if (index < applied) continue;
    database.exec('BEGIN IMMEDIATE');
    database.exec(readFileSync(new URL(file, migrationsFolder), 'utf8'));
    database.exec(`PRAGMA user_version = ${index + 1}`);
    database.exec('COMMIT');
  }
}
