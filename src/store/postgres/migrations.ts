/**
 * Applies the numbered migrations once, in order, each in its own transaction. If several processes start together, one
 * applies them and the others wait.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createClient, type Database } from './client.ts';

const folder = new URL('./migrations/', import.meta.url);
const lockNumber = 4_205_114_360;

export async function migrate(database: Database): Promise<void> {
  const client = createClient(database, { max: 1 });
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  try {
    while (await applyNext(client, files)) {}
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** @returns whether a migration was applied. */
async function applyNext(
  client: ReturnType<typeof createClient>,
  files: readonly string[],
): Promise<boolean> {
  return client.begin(async (transaction) => {
    await transaction.unsafe(`SELECT pg_advisory_xact_lock(${lockNumber})`);
    await transaction.unsafe(
      'CREATE TABLE IF NOT EXISTS migrations (number int PRIMARY KEY, file text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const [row] = await transaction.unsafe('SELECT coalesce(max(number), 0) AS applied FROM migrations');
    const applied = Number(row?.applied);
    if (applied > files.length) {
      throw new Error(
        `the database was written by a newer version of Bursar (schema ${applied}; this version knows ${files.length})`,
      );
    }
    const file = files[applied];
    if (file === undefined) return false;
    await transaction.unsafe(readFileSync(new URL(file, folder), 'utf8'));
    await transaction.unsafe('INSERT INTO migrations (number, file) VALUES ($1, $2)', [applied + 1, file]);
    return true;
  });
}
