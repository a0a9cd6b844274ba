/** PostgreSQL databases to migrate to, and checks of their content. */

import assert from 'node:assert/strict';
import { systemClock } from '../../src/clock/system-clock.ts';
import { createClient, query, type RawRow } from '../../src/store/postgres/client.ts';
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { type Finished, runBursar } from '../cli/command-line.ts';
import { databaseAt } from '../support/database-at.ts';
import { type Contents, readContents } from './source.ts';

let randoms = 0;

export function openTarget(url: string): Promise<PostgresStore> {
  const randomHex = () => (++randoms).toString(16).padStart(20, 'f');
  return PostgresStore.open({ url, clock: systemClock, randomHex });
}

/** Compares table by table, so that a failure names the table. */
export async function assertHolds(url: string, expected: Contents): Promise<void> {
  const found = await readContents(await openTarget(url));
  for (const [table, rows] of Object.entries(expected)) assert.deepEqual(found[table], rows, table);
}

export async function runSql(url: string, sql: string): Promise<readonly RawRow[]> {
  const client = createClient(databaseAt(url), { max: 1, session: { application_name: 'psql' } });
  try {
    return [...(await query(client, sql))].map((row) => ({ ...row }));
  } finally {
    await client.end();
  }
}

export function migrate(folder: string, url: string, ...flags: readonly string[]): Promise<Finished> {
  return runBursar('migrate', '--from', folder, '--to', url, ...flags);
}

export async function assertMigrates(folder: string, url: string, says: RegExp): Promise<void> {
  const { code, output, errors } = await migrate(folder, url);
  assert.equal(code, 0, errors);
  assert.match(output, says);
}

/** Expects exit code 1, the reason on standard error, and nothing on standard output. */
export async function assertRefused(folder: string, url: string, says: RegExp): Promise<void> {
  const { code, output, errors } = await migrate(folder, url);
  assert.deepEqual([code, output], [1, ''], errors);
  assert.match(errors, says);
}
