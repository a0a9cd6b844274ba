/** The SQLite database that a command line names. */
import { statSync } from 'node:fs';
import { ConfigError } from '../engine/config-error.ts';

/**
 * @param hint what to say where there is none, after the name
 * @throws ConfigError where there is none, or a folder
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
