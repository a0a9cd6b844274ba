/**
 * A private PostgreSQL for the tests of one process: a cluster in a temporary folder on a free local port, removed when
 * it is stopped, with a new database on request.
 */
import { type Ending, PostgresProcess, type PostgresSettings } from '../../tools/cluster/postgres-process.ts';
import { findPostgresFolder, missingPostgres } from '../../tools/cluster/programs.ts';

export type PostgresCluster = {
  /** URL of the empty database that all others are created from. */
  readonly url: string;
  readonly port: number;
  createDatabase(): Promise<string>;
  /** Ends it as in a failure; the data on its disk stays. */
  end(how: Ending): Promise<void>;
  /** Starts it again on the same port with the data on its disk. */
  restart(): Promise<void>;
  /** Kills the server as a power failure would. */
  stop(): Promise<void>;
};

/** Why tests that need PostgreSQL are skipped, in one line; with `CI=true` none are. */
export const skipWithoutPostgres: string | false =
  findPostgresFolder() === undefined && process.env.CI !== 'true' ? missingPostgres : false;

/** Not durable by default; crash tests request durability in `settings`. */
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
