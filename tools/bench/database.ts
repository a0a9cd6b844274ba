/** Queries of a benchmark on a PostgreSQL database, independent of the measured server. */
import { systemClock } from '../../src/clock/system-clock.ts';
import { createClient } from '../../src/store/postgres/client.ts';

/** @returns the first row. */
export async function queryOnce(
  databaseUrl: string,
  sql: string,
): Promise<Record<string, unknown> | undefined> {
  const client = createClient({ url: databaseUrl, timers: systemClock.monotonic }, { max: 1 });
  try {
    const [row] = await client.unsafe(sql);
    return row;
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** Updates statistics as autovacuum does within the first minute, because plans made for empty tables are bad. */
export async function analyze(databaseUrl: string): Promise<void> {
  await queryOnce(databaseUrl, 'ANALYZE');
}
