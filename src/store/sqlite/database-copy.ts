/**
 * Copies an SQLite database, also while others write to it: as it is at one moment, into a file that needs no other one
 * beside it.
 */
import { closeSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';

/** A megabyte; then it is said how far it is. */
const pagesPerStep = 256;

/** @param to must not exist; it is made for its owner alone. When this fails, or the process ends, there may be part of a copy. */
export async function copyDatabase(
  from: string,
  to: string,
  onProgress: (pages: number, ofPages: number) => void,
): Promise<void> {
  closeSync(openSync(to, 'wx', 0o600));
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5000 });
  try {
    // Without a transaction that holds its moment, the copy would begin again after every commit of somebody else.
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

/** A reader of the copy makes no files beside it; a server that starts over it goes back to the log. */
function leaveWriteAheadLog(path: string): void {
  const copy = new DatabaseSync(path);
  copy.exec('PRAGMA synchronous = FULL; PRAGMA journal_mode = DELETE');
  copy.close();
}

/** So that the file, or the names in the folder, are there after a loss of power. */
export function synchronize(path: string): void {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

export function synchronizeFolderOf(path: string): void {
  // Windows has no such thing as a folder that is synced.
  if (process.platform !== 'win32') synchronize(dirname(path));
}
