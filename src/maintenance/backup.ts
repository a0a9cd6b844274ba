/**
 * Copies the databases of a data folder, also while a server uses them: the ledger to FILE, the simulated chain to
 * FILE.chain.
 *
 * Invariant: FILE is complete or absent at any moment. The chain is copied after the ledger and renamed before it, so
 * the copy of the chain is never older than the copy of the ledger. A chain that is ahead of the ledger does no harm:
 * a withdrawal that was paid is found by its transaction and not paid again, and a deposit is observed again. A chain
 * behind the ledger would lack withdrawals that the ledger says were sent.
 */

import { existsSync, linkSync, lstatSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { codeOf } from '../boundary/caught.ts';
import { ConfigError } from '../engine/config-error.ts';
import { chainFile, databaseFile } from '../engine/open-store.ts';
import { isOwnFile } from '../engine/private-folder.ts';
import { copyDatabase, synchronizeFolderOf } from '../store/sqlite/database-copy.ts';

export type BackupOptions = {
  readonly folder: string;
  readonly file: string;
  /** Whether existing files may be replaced. */
  readonly force: boolean;
  readonly onProgress: (doing: string, pages: number) => void;
};

/** @returns the files that were written. */
export async function backUp({ folder, file, force, onProgress }: BackupOptions): Promise<readonly string[]> {
  const wanted = [
    { from: databaseFile(folder), to: file, doing: 'ledger: copied' },
    { from: chainFile(folder), to: `${file}.chain`, doing: 'chain: copied' },
  ].filter(({ from }) => existsSync(from));
  for (const { to } of wanted) {
    refuseInUse(
      to,
      wanted.map(({ from }) => from),
    );
    refuseUnwritable(to, folder);
    if (!force) refuseExisting(to);
  }
  const copies = wanted.map((each) => ({ ...each, partial: `${each.to}.${process.pid}.partial` }));
  try {
    for (const { from, partial, doing } of copies) {
      await copyDatabase(from, partial, (pages) => onProgress(doing, pages));
    }
    for (const { partial, to } of copies.toReversed()) moveIntoPlace(partial, to, force);
    synchronizeFolderOf(file);
  } finally {
    for (const { partial } of copies)
      for (const end of ['', '-journal']) rmSync(`${partial}${end}`, { force: true });
  }
  return wanted.map(({ to }) => to);
}

/** Applies also with force, so that a backup never replaces a file of the data folder, such as its secrets. */
function refuseUnwritable(path: string, dataFolder: string): void {
  const parent = dirname(path);
  if (/[/\\]$/.test(path) || !isFolder(parent))
    throw new ConfigError(
      `${path} cannot be written: there is no folder ${parent}, or the path names no file`,
    );
  if (realpathSync(parent) === realpathSync(dataFolder) && isOwnFile(basename(path)))
    throw new ConfigError(`${path} is a file that the server keeps in its data folder; choose another name`);
}

/** Whether the path exists, including as a dangling link. */
function isOccupied(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

function refuseExisting(path: string): void {
  if (existsSync(path))
    throw new ConfigError(`${path} exists; choose another name, or replace it with --force`);
}

/** Applies also with force. */
function refuseInUse(path: string, sources: readonly string[]): void {
  // A device such as /dev/null would be replaced for all programs.
  if (isOccupied(path) && !(existsSync(path) && statSync(path).isFile()))
    throw new ConfigError(`${path} is not a regular file; choose another name`);
  if (existsSync(path) && sources.some((source) => realpathSync(source) === realpathSync(path))) {
    throw new ConfigError(`${path} is the database to be copied; choose another name`);
  }
  // SQLite would take such a file for a part of the new database.
  const beside = ['-wal', '-journal'].map((end) => `${path}${end}`).find((each) => existsSync(each));
  if (beside !== undefined)
    throw new ConfigError(
      `${beside} exists: ${path} is in use, or was not closed properly; choose another name`,
    );
}

/** Without force, creates a link, which fails if the name was taken meanwhile. */
function moveIntoPlace(partial: string, path: string, force: boolean): void {
  if (force) {
    renameSync(partial, path);
    return;
  }
  try {
    linkSync(partial, path);
  } catch (error) {
    refuseExisting(path);
    // The file system has no hard links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error) ?? '')) throw error;
    renameSync(partial, path);
  }
}
