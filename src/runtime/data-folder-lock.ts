/**
 * One server to a data folder: running numbers and caches are kept by the process that writes. The lock is the operating
 * system's, on a file of its own, and goes with the process however that ends.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError } from './config.ts';

/**
 * @returns how to let go of it.
 * @throws ConfigError when another server has the folder.
 */
export function lockDataFolder(dataFolder: string): () => void {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(dataFolder, 'server.lock'));
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new ConfigError(
      `another server is running over ${dataFolder}; stop it, or choose another folder with --data`,
    );
  }
  return () => lock.close();
}
