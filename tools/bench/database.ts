/** What a benchmark asks of a PostgreSQL database beside the server that it measures. */
import { createClient } from '../../src/store/postgres/client.ts';

/** @returns the first row. */
export async function queryOnce(
  databaseUrl: string,
  sql: string,
): Promise<Record<string, unknown> | undefined> {
  const client = createClient(databaseUrl, { max: 1 });
  try {
    const [row] = await client.unsafe(sql);
    return row;
  } finally {
    await client.end({ timeout: 5 });
  }
}

/** As autovacuum does in the first minute of a database that is used: plans of empty tables are made anew. */
export async function analyze(databaseUrl: string): Promise<void> {
  await queryOnce(databaseUrl, 'ANALYZE');
}
