import { closeSync, openSync } from 'node:fs';

/**
 * Creates a database file with mode 0600 unless it exists. SQLite creates the files beside it (-wal, -shm, -journal)
 * with the same mode.
 */
export function makePrivateFile(path: string): void {
  if (path === ':memory:') return;
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch {
    // The file exists, or cannot be created; in that case opening it reports the reason.
  }
}
