/**
 * One server to a data folder: running numbers and caches are kept by the process that writes. The lock is the operating
 * system's, on a file of its own, and goes with the process however that ends.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isLocked } from '../store/sqlite/failure.ts';
import { makePrivateFile } from '../store/sqlite/private-file.ts';
import { ConfigError } from './config-error.ts';
import { explainDataFolder, makeDataFolder } from './data-folder.ts';

/** Another server has the folder. */
export class DataFolderInUse extends ConfigError {}

/**
 * @returns how to let go of it.
 * @throws DataFolderInUse
 * @throws ConfigError when it cannot be written to.
 */
export function lockDataFolder(dataFolder: string): () => void {
  try {
    makeDataFolder(dataFolder);
    return lock(join(dataFolder, 'server.lock'));
  } catch (error) {
    if (!isLocked(error)) throw explainDataFolder(dataFolder, error);
    throw new DataFolderInUse(
      `Another server is running over ${dataFolder}; stop it, or choose another folder with --data or BURSAR_DATA.`,
    );
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
