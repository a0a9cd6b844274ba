/**
 * One server to a data folder: running numbers and caches are kept by the process that writes. The lock is the operating
 * system's, on a file of its own, and goes with the process however that ends.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isLocked } from '../store/sqlite/failure.ts';
import { makePrivateFile } from '../store/sqlite/private-file.ts';
import { ConfigError } from './config-error.ts';

/** Another server has the folder. */
export class DataFolderInUse extends ConfigError {}

/**
 * @returns how to let go of it.
 * @throws DataFolderInUse
 * @throws ConfigError when it cannot be written to.
 */
export function lockDataFolder(dataFolder: string): () => void {
  try {
    mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
    return lock(join(dataFolder, 'server.lock'));
  } catch (error) {
    const otherwise = 'or choose another folder with --data or BURSAR_DATA.';
    if (isLocked(error)) {
      throw new DataFolderInUse(`Another server is running over ${dataFolder}; stop it, ${otherwise}`);
    }
    const { message } = error as Error;
    throw new ConfigError(`${dataFolder} cannot be written to (${message}); make it writable, ${otherwise}`);
  }
}

function lock(file: string): () => void {
  makePrivateFile(file);
  const database = new DatabaseSync(file);
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw error;
  }
  return () => database.close();
}
