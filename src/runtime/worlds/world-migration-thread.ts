/** Copies a world from SQLite to PostgreSQL, as `bursar migrate` does. It is a thread of its own, because it takes seconds. */
import { parentPort, workerData } from 'node:worker_threads';
import { codeOf, messageOf } from '../../boundary/caught.ts';
import { systemClock } from '../../clock/system-clock.ts';
import { migrateBooks } from '../../maintenance/migration.ts';
import { MigrationFailed } from '../../maintenance/migration-failed.ts';

export type WorldMigration = {
  /** With the files of a data folder. */
  readonly folder: string;
  /** URL of an empty database. */
  readonly url: string;
};
/** Null: it is done. */
export type MigrationAnswer = { readonly problem: string | null };

const post = (answer: MigrationAnswer) => parentPort?.postMessage(answer);

// cast: `copyToPostgres` gives it.
const migration = workerData as WorldMigration;
try {
  await migrateBooks({ ...migration, timers: systemClock.monotonic, onProgress: () => {} });
  post({ problem: null });
} catch (error) {
  // Errors of the database and of the system have a code; a bug does not.
  if (!(error instanceof MigrationFailed) && typeof codeOf(error) !== 'string') throw error;
  post({ problem: messageOf(error) });
}
