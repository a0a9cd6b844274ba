/**
 * Copies the databases of a data folder while a server runs over them: the books to FILE, the simulated chain to
 * FILE.chain.
 *
 * Must always hold: FILE is whole or absent, whatever happens meanwhile. The chain is copied after the books and takes
 * its name before them. So it never knows less than the books beside it: of what it knows beyond them, a withdrawal
 * that was paid is found by its transaction and not paid again, and a deposit is observed once more. A chain that knew
 * less would have lost withdrawals that the books say were sent.
 */
import { existsSync, linkSync, lstatSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { ConfigError } from '../engine/config-error.ts';
import { chainFile, databaseFile } from '../engine/open-store.ts';
import { isOwnFile } from '../engine/private-folder.ts';
import { copyDatabase, synchronizeFolderOf } from '../store/sqlite/database-copy.ts';

export type BackupOptions = {
  readonly folder: string;
  readonly file: string;
  /** Whether copies that exist may be replaced. */
  readonly force: boolean;
  readonly onProgress: (doing: string, pages: number) => void;
};

/** @returns the files that were written. */
export async function backUp({ folder, file, force, onProgress }: BackupOptions): Promise<readonly string[]> {
  const wanted = [
    { from: databaseFile(folder), to: file, doing: 'copied of the books' },
    { from: chainFile(folder), to: `${file}.chain`, doing: 'copied of the chain' },
  ].filter(({ from }) => existsSync(from));
  for (const { to } of wanted) {
    refuseInUse(
      to,
      wanted.map(({ from }) => from),
    );
    refusePlace(to, folder);
    if (!force) refuseExisting(to);
  }
  const drafts = wanted.map((each) => ({ ...each, draft: `${each.to}.${process.pid}.partial` }));
  try {
    for (const { from, draft, doing } of drafts) {
      await copyDatabase(from, draft, (pages) => onProgress(doing, pages));
    }
    for (const { draft, to } of drafts.toReversed()) giveName(draft, to, force);
    synchronizeFolderOf(file);
  } finally {
    for (const { draft } of drafts)
      for (const end of ['', '-journal']) rmSync(`${draft}${end}`, { force: true });
  }
  return wanted.map(({ to }) => to);
}

/** Also with force: a backup cannot be used without the secrets that the data folder keeps. */
function refusePlace(path: string, dataFolder: string): void {
  const parent = dirname(path);
  if (/[/\\]$/.test(path) || !isFolder(parent))
    throw new ConfigError(`${path} cannot be written: there is no folder ${parent}, or it names no file`);
  if (realpathSync(parent) === realpathSync(dataFolder) && isOwnFile(basename(path)))
    throw new ConfigError(
      `${path} is a file that the server itself keeps in its data folder; choose another name`,
    );
}

/** Also by a link that leads nowhere. */
function isTaken(path: string): boolean {
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

/** Also with force. */
function refuseInUse(path: string, sources: readonly string[]): void {
  // A device such as /dev/null would be replaced for everybody.
  if (isTaken(path) && !(existsSync(path) && statSync(path).isFile()))
    throw new ConfigError(`${path} is not a regular file; choose another name`);
  if (existsSync(path) && sources.some((source) => realpathSync(source) === realpathSync(path))) {
    throw new ConfigError(`${path} is what is to be copied`);
  }
  // Left beside the new file it would be taken for a part of it.
  const beside = ['-wal', '-journal'].map((end) => `${path}${end}`).find((each) => existsSync(each));
  if (beside !== undefined)
    throw new ConfigError(`${beside} exists: ${path} is open somewhere, or was when that ended`);
}

/** Without force a link, as it fails where somebody else has taken the name meanwhile. */
function giveName(draft: string, path: string, force: boolean): void {
  if (force) {
    renameSync(draft, path);
    return;
  }
  try {
    linkSync(draft, path);
  } catch (error) {
    refuseExisting(path);
    // A file system without links.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes((error as { code?: string }).code ?? ''))
      throw error;
    renameSync(draft, path);
  }
}
