/**
 * One server to a data folder: running numbers and caches are kept by the process that writes. The lock is the operating
 * system's, on a file of its own, and goes with the process however that ends.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isLocked } from '../store/sqlite/failure.ts';
import { ConfigError } from './config.ts';

/**
 * @returns how to let go of it.
 * @throws ConfigError when another server has the folder, or it cannot be written to.
 */
export function lockDataFolder(dataFolder: string): () => void {
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    return lock(join(dataFolder, 'server.lock'));
  } catch (error) {
    const reason = isLocked(error)
      ? `another server is running over ${dataFolder}; stop it`
      : `${dataFolder} cannot be written to (${(error as Error).message}); mend that`;
    throw new ConfigError(`${reason}, or choose another folder with --data`);
  }
}

function lock(file: string): () => void {
  const database = new DatabaseSync(file);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw error;
  }
  return () => database.close();
}
