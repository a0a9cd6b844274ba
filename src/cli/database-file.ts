/** The SQLite database that a command line names. */
import { statSync } from 'node:fs';
import { ConfigError } from '../engine/config-error.ts';

/**
 * @param hint added to the error message if there is no such file
 * @throws ConfigError if there is no such file, or if it is a folder
 */
export function existingDatabase(path: string, hint = ''): string {
  const found = lookAt(path);
  if (found === undefined) throw new ConfigError(`there is no database ${path}${hint}`);
  if (found.isDirectory()) throw new ConfigError(`${path} is a folder and not a database`);
  return path;
}

/** @returns undefined also for a path that cannot be one. */
function lookAt(path: string) {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
