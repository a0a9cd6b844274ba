/**
 * Applies the numbered migrations once, in order, in one transaction. If several processes start together, one applies
 * them and the others wait.
 */
import type { Timers } from '../../clock/clock.ts';
import {
  type AppliedMigration,
  checkMigrated,
  type Migration,
  missingMigrations,
  readMigrations,
} from '../migration-files.ts';
import { StoreFault } from '../port.ts';
import { type Client, createClient, type Database, type Select } from './client.ts';

const migrations = readMigrations(new URL('./migrations/', import.meta.url));
const selectApplied = 'SELECT number, checksum FROM migrations ORDER BY number';
/** Longer than the driver waits for one connection (5 s). */
const maxSilenceMs = 10_000;
const lockNumber = 4_205_114_360;

/**
 * Applies the missing migrations in one transaction: a failure leaves the database as it was.
 * @param known the migrations of this version, except in tests.
 */
export async function migrate(database: Database, known: readonly Migration[] = migrations): Promise<void> {
  const client = createClient(database, { max: 1 });
  try {
    await waitForAnswer(client, database.timers);
    await applyMissing(client, known);
  } finally {
    await client.end({ timeout: 5 });
  }
}

/**
 * The driver connects for ever to a host that closes each connection before it answers, such as a proxy without a
 * server.
 * @throws StoreFault after `maxSilenceMs`.
 */
async function waitForAnswer(client: Client, timers: Timers): Promise<void> {
  const silent = Promise.withResolvers<never>();
  const cancel = timers.after(maxSilenceMs, () =>
    silent.reject(new StoreFault('not-done', `no answer within ${maxSilenceMs / 1000} s`)),
  );
  try {
    await Promise.race([client.unsafe('SELECT 1'), silent.promise]);
  } finally {
    cancel();
  }
}

/** @throws SchemaMismatch if another version has written the database. */
export async function checkSchema(select: Select): Promise<void> {
  const rows = await select(selectApplied);
  const applied = rows.map(({ number, checksum }) => ({
    number: Number(number),
    // cast: it is a text, or missing in old databases.
    checksum: checksum as string | null,
  }));
  checkMigrated(migrations, applied);
}

async function applyMissing(client: Client, known: readonly Migration[]): Promise<void> {
  // This level sees the migrations that another process has applied, whatever the default of the database.
  await client.begin('ISOLATION LEVEL READ COMMITTED', async (transaction) => {
    await transaction.unsafe(`SELECT pg_advisory_xact_lock(${lockNumber})`);
    await transaction.unsafe(
      'CREATE TABLE IF NOT EXISTS migrations (number int PRIMARY KEY, file text NOT NULL, checksum text, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    // Null in a database that was created before checksums were recorded.
    await transaction.unsafe('ALTER TABLE migrations ADD COLUMN IF NOT EXISTS checksum text');
    const rows = await transaction.unsafe<AppliedMigration[]>(selectApplied);
    for (const { number, file, sql, checksum } of missingMigrations(known, rows)) {
      await transaction.unsafe(sql);
      await transaction.unsafe('INSERT INTO migrations (number, file, checksum) VALUES ($1, $2, $3)', [
        number,
        file,
        checksum,
      ]);
    }
  });
}
