/** Keeps the data folder, and what Bursar keeps in it, from everybody but its owner. */
import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Databases with what SQLite puts beside them, the lock, and the secrets with their drafts. */
const ownFile =
  /^((bursar|chain)\.sqlite|server\.lock)(-wal|-shm|-journal)?$|^(operator-token|master-key)(\.\d+)?$/;
const others = 0o077;

export function isOwnFile(name: string): boolean {
  return ownFile.test(name);
}

/**
 * Takes from others what they may do with files that an earlier version, or a copy, has left open to them. The folder
 * itself is closed to them only where it holds nothing but Bursar's files: it may be anybody's.
 * @returns for each thing that others may still use, what it is and why.
 */
export function closeToOthers(
  dataFolder: string,
): readonly { readonly path: string; readonly why: string }[] {
  if (process.platform === 'win32') return [];
  const names = namesIn(dataFolder);
  if (names === undefined) return [{ path: dataFolder, why: 'it cannot be listed' }];
  const own = names.filter(isOwnFile).map((name) => join(dataFolder, name));
  const left = own.flatMap((path) => closeOne(path));
  if (own.length === names.length) return [...left, ...closeOne(dataFolder)];
  return isOpen(dataFolder)
    ? [...left, { path: dataFolder, why: 'it also holds files that are not Bursar’s' }]
    : left;
}

function namesIn(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}

function closeOne(path: string) {
  try {
    if (isOpen(path)) chmodSync(path, statSync(path).mode & ~others & 0o7777);
    return [];
  } catch (error) {
    // A file of a moment, such as a journal.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    return [{ path, why: (error as Error).message }];
  }
}

function isOpen(path: string): boolean {
  return (statSync(path).mode & others) !== 0;
}
