/** Copies the image of a world on SQLite into a PostgreSQL database. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeImage } from '../../engine/image-files.ts';
import { DatabaseProblem } from '../../store/postgres/database-problem.ts';
import { startThread } from '../../store/thread.ts';
import type { SqliteImage } from '../../store/world-image.ts';
import type { MigrationAnswer, WorldMigration } from './world-migration-thread.ts';

/**
 * @param url of an empty database
 * @param parent an empty folder, which is removed
 * @throws DatabaseProblem
 */
export async function copyToPostgres(image: SqliteImage, url: string, parent: string): Promise<void> {
  try {
    const folder = join(parent, 'data');
    writeImage(folder, image);
    const { problem } = await migrate({ folder, url });
    if (problem !== null) throw new DatabaseProblem(problem);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

function migrate(migration: WorldMigration): Promise<MigrationAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<MigrationAnswer>();
  const thread = startThread('./world-migration-thread', import.meta.url, migration);
  thread.on('message', resolve).on('error', reject);
  thread.on('exit', (code) => reject(new Error(`the thread that copies a world ended with ${code}`)));
  return promise;
}
