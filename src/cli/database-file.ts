/** The SQLite database that a command line names. */
import { statSync } from 'node:fs';
import { codeOf } from '../boundary/caught.ts';
import { ConfigError } from '../engine/config-error.ts';

/** Error codes of the operating system for a path that does not exist or is not valid. */
const absent: ReadonlySet<string> = new Set([
  'ENOENT',
  'ENOTDIR',
  'ENAMETOOLONG',
  'EINVAL',
  'ERR_INVALID_ARG_VALUE',
]);

/**
 * @param hint added to the error message if there is no such file
 * @returns the path
 * @throws ConfigError if there is no such file, or if it is a folder or cannot be read
 */
export function requireDatabase(path: string, hint = ''): string {
  const found = statIfPresent(path);
  if (found === undefined) throw new ConfigError(`there is no database ${path}${hint}`);
  if (found.isDirectory()) throw new ConfigError(`${path} is a folder and not a database`);
  return path;
}

/** @returns undefined also for an invalid path. */
function statIfPresent(path: string) {
  try {
    return statSync(path);
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (absent.has(code)) return undefined;
    throw new ConfigError(`the database ${path} cannot be read (${code})`);
  }
}
