/**
 * A primary and its synchronous standby, which has every commit on disk before it is acknowledged. A lost one comes
 * back as the standby of the other, on its previous port.
 */
import postgres from 'postgres';
import { copyOf, durable, PostgresProcess } from '../../tools/cluster/postgres-process.ts';

export class PostgresPair {
  #primary: PostgresProcess;
  #standby: PostgresProcess;
  /** In the order of the URL, which never changes. */
  readonly #ports: readonly number[];

  static async start(): Promise<PostgresPair> {
    const primary = await PostgresProcess.create(durable);
    try {
      await primary.start();
      await run(primary, 'CREATE DATABASE bursar');
      return new PostgresPair(primary, await attachStandby(primary));
    } catch (error) {
      await primary.remove();
      throw error;
    }
  }

  private constructor(primary: PostgresProcess, standby: PostgresProcess) {
    this.#primary = primary;
    this.#standby = standby;
    this.#ports = [primary.port, standby.port];
  }

  get primary(): PostgresProcess {
    return this.#primary;
  }

  /** The URL given to servers. */
  get url(): string {
    return `postgres://bursar@${this.#ports.map((port) => `127.0.0.1:${port}`).join()}/bursar`;
  }

  /** The URL of the primary alone. */
  get primaryUrl(): string {
    return `postgres://bursar@127.0.0.1:${this.#primary.port}/bursar`;
  }

  /** Promotes the standby. @returns the old primary, in whatever state it is. */
  async promote(): Promise<PostgresProcess> {
    const lost = this.#primary;
    await this.#standby.promote();
    [this.#primary, this.#standby] = [this.#standby, lost];
    return lost;
  }

  /** Discards the remains of the old primary. */
  async replaceStandby(): Promise<void> {
    const { port } = this.#standby;
    await this.#standby.remove();
    this.#standby = await attachStandby(this.#primary, port);
  }

  async stop(): Promise<void> {
    await this.#standby.remove();
    await this.#primary.remove();
  }
}

async function attachStandby(primary: PostgresProcess, port?: number): Promise<PostgresProcess> {
  const fill = copyOf(primary);
  const standby = await PostgresProcess.create(durable, port === undefined ? { fill } : { fill, port });
  await standby.start();
  await run(primary, "ALTER SYSTEM SET synchronous_standby_names = '*'");
  await run(primary, 'SELECT pg_reload_conf()');
  await waitUntilSynchronous(primary);
  return standby;
}

async function waitUntilSynchronous(primary: PostgresProcess): Promise<void> {
  const count = "SELECT count(*)::int AS synchronous FROM pg_stat_replication WHERE sync_state = 'sync'";
  for (let attempts = 0; attempts < 500; attempts += 1) {
    const [row] = await run(primary, count);
    if (row?.synchronous === 1) return;
  }
  throw new Error('the standby is not streaming');
}

async function run({ url }: PostgresProcess, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await client.unsafe(sql);
  } finally {
    await client.end({ timeout: 1 });
  }
}
