import { closeSync, openSync } from 'node:fs';

/**
 * Makes the file of a database for its owner alone, unless it is there. SQLite gives what it puts beside it (-wal, -shm,
 * -journal) the same mode.
 */
export function makePrivateFile(path: string): void {
  if (path === ':memory:') return;
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch {
    // It is there, or it cannot be: then opening it says why.
  }
}
