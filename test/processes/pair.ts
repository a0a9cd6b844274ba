/** Two servers on one PostgreSQL, like two processes: they share only the database and their secrets. */
import { joinTestCluster, openSql, type Sql } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';

export type Pair = {
  readonly a: Exchange;
  readonly b: Exchange;
  readonly both: readonly [Exchange, Exchange];
  /** The URL of their database. */
  readonly url: string;
  /** A database session independent of the servers. */
  readonly sql: Sql;
  close(): Promise<void>;
};

/** The same for all servers. */
const secrets = ['--master-key', 'a5'.repeat(32), '--operator-token', 'the-token-of-both'];

export function startOver(url: string, flags: readonly string[] = []): Promise<Exchange> {
  return startExchange(['--database-url', url, ...secrets, ...flags]);
}

/** Starts the servers concurrently; if any cannot start, none is left running. */
export async function startTogether(
  urls: readonly string[],
  flags: readonly string[] = [],
): Promise<readonly Exchange[]> {
  const starting = urls.map((url) => startOver(url, flags));
  try {
    return await Promise.all(starting);
  } catch (error) {
    for (const each of await Promise.allSettled(starting)) {
      if (each.status === 'fulfilled') await each.value.close();
    }
    throw error;
  }
}

export async function startPair(flags: readonly string[] = []): Promise<Pair> {
  const cluster = await joinTestCluster();
  const url = await cluster.createMigratedDatabase();
  const [a, b] = (await startTogether([url, url], flags)) as [Exchange, Exchange];
  const sql = openSql({ postgres: url });
  return {
    a,
    b,
    both: [a, b],
    url,
    sql,
    async close() {
      await sql[Symbol.asyncDispose]();
      await Promise.all([a.close(), b.close()]);
      await cluster.dropDatabase(url);
    },
  };
}

/** Runs a test with two servers. */
export async function withPair(
  work: (pair: Pair) => Promise<void>,
  flags: readonly string[] = [],
): Promise<void> {
  const pair = await startPair(flags);
  try {
    await work(pair);
  } finally {
    await pair.close();
  }
}

/** Waits for the time within which other processes must see a change. */
export const withinASecond = <T>(look: () => Promise<T>, predicate: (seen: T) => boolean): Promise<T> =>
  eventually(look, predicate, 1000);
