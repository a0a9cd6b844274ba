/** Creates a data folder, and explains in one line why that failed and what to do. */

import { accessSync, constants, mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { codeOf, messageOf } from '../boundary/caught.ts';
import { ConfigError } from './config-error.ts';

const otherwise = 'choose another folder with --data or BURSAR_DATA.';
const maxShownLength = 120;

/**
 * Creates a folder with mode 0700, and its parents. Not with Node's recursive mkdir, which never returns on file
 * systems such as /proc that do not allow folders and report that the parent does not exist.
 * @throws NodeJS.ErrnoException
 */
export function makeDataFolder(path: string): void {
  const folder = resolve(path);
  try {
    makeOne(folder);
  } catch (error) {
    const above = dirname(folder);
    if (codeOf(error) !== 'ENOENT' || above === folder) throw error;
    makeDataFolder(above);
    makeOne(folder);
  }
}

function makeOne(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || !statSync(folder).isDirectory()) throw error;
  }
}

/**
 * Checks that an existing data folder and the databases in it can be written to: SQLite opens a database for reading if
 * it cannot write to it, and the first write fails.
 * @throws ConfigError
 */
export function checkWritable(dataFolder: string): void {
  const denied = deniedAccess(dataFolder);
  if (denied !== undefined) throw explainDataFolder(dataFolder, denied);
  for (const name of readdirSync(dataFolder).filter((each) => databaseName.test(each))) {
    const file = join(dataFolder, name);
    const error = deniedAccess(file, constants.R_OK | constants.W_OK);
    // SQLite may have removed a file of a server that has just stopped.
    if (error !== undefined && codeOf(error) !== 'ENOENT') throw explainDataFolder(file, error);
  }
}

const databaseName = /^(bursar|chain)\.sqlite/;

/**
 * @param error of creating or using the folder. For errors of SQLite, which say less, access to the folder is checked.
 */
export function explainDataFolder(path: string, error: unknown): ConfigError {
  const name = path.length > maxShownLength ? `${path.slice(0, maxShownLength)}…` : path;
  const code = codeOf(error) ?? '';
  const message = messageOf(error);
  const explain = explanations[code] ?? explanations[codeOf(deniedAccess(path)) ?? ''];
  return new ConfigError(
    explain === undefined
      ? `${name} cannot be written to (${message}); make it writable, or ${otherwise}`
      : `${explain(name)}${otherwise}`,
  );
}

const explanations: Readonly<Record<string, (name: string) => string>> = {
  EEXIST: (name) => `${name} is a file and not a folder; `,
  ENOTDIR: (name) => `A part of ${name} is a file and not a folder; `,
  ENAMETOOLONG: (name) => `${name} is too long for the name of a folder; `,
  ELOOP: (name) => `The symbolic links in ${name} form a loop; `,
  ENOENT: (name) => `${name} cannot be created; `,
  EACCES: (name) => `${name} cannot be written to by this user; make it writable, or `,
  EPERM: (name) => `${name} cannot be written to by this user; make it writable, or `,
  EROFS: (name) => `${name} is on a file system that cannot be written to; `,
  ENOSPC: (name) => `There is no space left for ${name}; free some, or `,
  EDQUOT: (name) => `The quota leaves no space for ${name}; free some, or `,
};

/** @returns why the path cannot be accessed; undefined if it can. */
function deniedAccess(path: string, mode = constants.R_OK | constants.W_OK | constants.X_OK): unknown {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    return error;
  }
}
