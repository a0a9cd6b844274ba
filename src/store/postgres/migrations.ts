/**
 * Applies the numbered migrations once, in order, each in a transaction of its own; of several processes that start
 * together one does it, the others wait for it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createClient } from './client.ts';

const folder = new URL('./migrations/', import.meta.url);
const lockNumber = 4_205_114_360;

export async function migrate(url: string): Promise<void> {
  const client = createClient(url, { max: 1 });
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  try {
    while (await applyNext(client, files)) {}
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** @returns whether there was one to apply. */
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
        `the database was written by a newer Bursar (schema ${applied}, this one knows ${files.length})`,
      );
    }
    const file = files[applied];
    if (file === undefined) return false;
    await transaction.unsafe(readFileSync(new URL(file, folder), 'utf8'));
    await transaction.unsafe('INSERT INTO migrations (number, file) VALUES ($1, $2)', [applied + 1, file]);
    return true;
  });
}
