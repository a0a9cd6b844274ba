/**
 * Ensures that only one server uses a data folder, because the writing process has the sequences and caches in memory.
 * The lock is an operating system lock on a separate file, which ends with the process, however it ends.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isLocked } from '../store/sqlite/failure.ts';
import { makePrivateFile } from '../store/sqlite/private-file.ts';
import { ConfigError } from './config-error.ts';
import { explainDataFolder, makeDataFolder } from './data-folder.ts';

/** Another server uses the folder. */
export class DataFolderInUse extends ConfigError {}

/**
 * @returns a function that releases the lock.
 * @throws DataFolderInUse
 * @throws ConfigError if the folder cannot be written to.
 */
export function lockDataFolder(dataFolder: string): () => void {
  try {
    makeDataFolder(dataFolder);
    return lock(join(dataFolder, 'server.lock'));
  } catch (error) {
    if (!isLocked(error)) throw explainDataFolder(dataFolder, error);
    throw new DataFolderInUse(
      `Another server is using ${dataFolder}; stop it, or choose another folder with --data or BURSAR_DATA.`,
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
