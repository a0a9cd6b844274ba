/** Restricts the data folder and Bursar's files in it to their owner. */

import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, messageOf } from '../boundary/caught.ts';

/** Databases and the lock with the files that SQLite creates beside them, and secrets with their temporary files. */
const ownFile =
  /^((bursar|chain)\.sqlite|server\.lock)(-wal|-shm|-journal)?$|^(operator-token|master-key)(\.\d+)?$|^worlds$/;
const others = 0o077;

export function isOwnFile(name: string): boolean {
  return ownFile.test(name);
}

/**
 * Removes the permissions of group and others from Bursar's files, which an earlier version or a copy may have left.
 * Those of the folder are removed only if it contains nothing but Bursar's files, because otherwise it may be shared.
 * @returns each path that others can still access, and why.
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
    ? [...left, { path: dataFolder, why: 'it also contains files that are not Bursar’s' }]
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
    // A temporary file, such as a journal, may be gone already.
    if (codeOf(error) === 'ENOENT') return [];
    return [{ path, why: messageOf(error) }];
  }
}

function isOpen(path: string): boolean {
  return (statSync(path).mode & others) !== 0;
}
