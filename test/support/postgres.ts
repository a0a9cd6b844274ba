/**
 * A private PostgreSQL for the tests of one process: a cluster in a temporary folder on a free port of this machine,
 * gone when it is stopped, and a fresh database for each that asks.
 */
import postgres from 'postgres';
import { type Ending, findPrograms, missing, PostgresProcess, type Settings } from './postgres-process.ts';

export type PostgresCluster = {
  /** Of the database that everything else is made from; it is empty. */
  readonly url: string;
  readonly port: number;
  createDatabase(): Promise<string>;
  /** Ends it as an accident would; what it had on its disk stays. */
  end(how: Ending): Promise<void>;
  /** Starts it again on the same port, over what is on its disk. */
  restart(): Promise<void>;
  /** Kills the server as a loss of power would. */
  stop(): Promise<void>;
};

/** Why the tests that need one are left out, in one line; with `CI=true` nothing is. */
export const skipWithoutPostgres: string | false =
  findPrograms() === undefined && process.env.CI !== 'true' ? missing : false;

/** Settings of a server that keeps what it has acknowledged. */
export const durable: Settings = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' };

/** Durability is left to the tests of crashes, which ask for it in `settings`. */
export async function startPostgres(settings: Settings = {}): Promise<PostgresCluster> {
  const server = await PostgresProcess.create(settings);
  await server.start();
  const { url, port } = server;
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  let databases = 0;
  return {
    url,
    port,
    async createDatabase() {
      const name = `bursar_${++databases}`;
      await admin.unsafe(`CREATE DATABASE ${name}`);
      return url.replace(/postgres$/, name);
    },
    end: (how) => server.end(how),
    restart: () => server.start(),
    async stop() {
      await admin.end({ timeout: 1 });
      await server.remove();
    },
  };
}
