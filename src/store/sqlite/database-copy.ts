/**
 * Copies an SQLite database as of one moment, also while other connections write to it, into a single file without a
 * write-ahead log.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';

/** One megabyte. Progress is reported after each step. */
const pagesPerStep = 256;

/**
 * If it fails or the process ends, an incomplete copy may remain.
 * @param to must not exist; it is created with mode 0600.
 */
export async function copyDatabase(
  from: string,
  to: string,
  onProgress: (pages: number, ofPages: number) => void,
): Promise<void> {
  closeSync(openSync(to, 'wx', 0o600));
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5000 });
  try {
    // Without an open read transaction, SQLite would restart the copy after every commit of another connection.
    source.exec('BEGIN');
    source.prepare('SELECT 1 FROM sqlite_schema').get();
    await backup(source, to, {
      rate: pagesPerStep,
      progress: ({ totalPages, remainingPages }) => onProgress(totalPages - remainingPages, totalPages),
    });
  } finally {
    source.close();
  }
  leaveWriteAheadLog(to);
  synchronize(to);
}

/** Makes reading the copy create no files beside it. A server that opens it switches back to the write-ahead log. */
function leaveWriteAheadLog(path: string): void {
  const copy = new DatabaseSync(path);
  copy.exec('PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE');
  copy.close();
}

/** Syncs a file, or the names in a folder, so that they survive a power failure. */
export function synchronize(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

export function synchronizeFolderOf(path: string): void {
  // Windows cannot sync a folder.
  if (process.platform !== 'win32') synchronize(dirname(path));
}
