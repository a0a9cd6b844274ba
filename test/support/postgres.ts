/**
 * A private PostgreSQL for the tests of one process: a cluster in a temporary folder on a free port of this machine,
 * gone when it is stopped, and a fresh database for each that asks.
 */
import { type Ending, PostgresProcess, type PostgresSettings } from '../../tools/cluster/postgres-process.ts';
import { findPostgresFolder, missingPostgres } from '../../tools/cluster/programs.ts';

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
  findPostgresFolder() === undefined && process.env.CI !== 'true' ? missingPostgres : false;

/** Durability is left to the tests of crashes, which ask for it in `settings`. */
export async function startPostgres(settings: PostgresSettings = {}): Promise<PostgresCluster> {
  const server = await PostgresProcess.create(settings);
  await server.start();
  const { url, port } = server;
  let databases = 0;
  return {
    url,
    port,
    createDatabase: () => server.createDatabase(`bursar_${++databases}`),
    end: (how) => server.end(how),
    restart: () => server.start(),
    stop: () => server.remove(),
  };
}
