/**
 * A private server of PostgreSQL over a data folder of its own, on a free port of this machine, gone when it is removed.
 *
 * As PostgreSQL refuses to run as root, it then runs as the user postgres or nobody.
 */
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createClient } from '../src/store/postgres/client.ts';
import { ChildProgram } from './child-program.ts';
import { findFreePort, findPostgresFolder, missingPostgres, unprivilegedUser } from './programs.ts';

export type PostgresSettings = Readonly<Record<string, string>>;

/** Settings of a server that keeps what it has acknowledged. */
export const durable: PostgresSettings = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' };

type Parts = {
  readonly run: (program: string, args: readonly string[]) => ChildProgram;
  readonly folder: string;
  readonly settings: PostgresSettings;
  readonly port: number;
};

const initdbFlags = ['-U', 'bursar', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
const startPatienceMs = 30_000;

export class PostgresProcess {
  readonly port: number;
  /** Of a database that is there from the start, and empty. */
  readonly url: string;
  readonly #parts: Parts;
  #server: ChildProgram | undefined;

  static async create(settings: PostgresSettings): Promise<PostgresProcess> {
    const programs = findPostgresFolder();
    if (programs === undefined) throw new Error(missingPostgres);
    const user = unprivilegedUser();
    const folder = mkdtempSync(join(tmpdir(), 'bursar-postgres-'));
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    chmodSync(folder, 0o700);
    const environment = { ...process.env, LC_ALL: 'C.UTF-8' };
    const options = { ...user, cwd: folder, env: environment };
    const run: Parts['run'] = (program, args) =>
      new ChildProgram(join(programs, program), args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    try {
      await finish('initdb', run('initdb', ['-D', join(folder, 'data'), ...initdbFlags]));
      return new PostgresProcess({ run, folder, settings, port: await findFreePort() });
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.port = parts.port;
    this.url = `postgres://bursar@127.0.0.1:${parts.port}/postgres`;
  }

  /** Resolves when it answers. Without settings that say otherwise it would lose data with the power. */
  async start(): Promise<void> {
    const given = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      port: `${this.port}`,
      fsync: 'off',
      full_page_writes: 'off',
      max_connections: '100',
      ...this.#parts.settings,
    };
    const flags = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const server = this.#parts.run('postgres', ['-D', join(this.#parts.folder, 'data'), ...flags]);
    server.process.stderr?.resume();
    this.#server = server;
    await waitUntilReady(this.url, server);
  }

  /** @returns its URL. */
  async createDatabase(name: string): Promise<string> {
    const client = createClient(this.url, { max: 1 });
    try {
      await client.unsafe(`CREATE DATABASE ${name}`);
      return Object.assign(new URL(this.url), { pathname: name }).href;
    } finally {
      await client.end({ timeout: 1 });
    }
  }

  /** Ends it as a loss of power would: all of its processes are gone, and its data. */
  async remove(): Promise<void> {
    this.#server?.process.kill('SIGQUIT');
    await this.#server?.ended;
    rmSync(this.#parts.folder, { recursive: true, force: true });
  }
}

async function finish(name: string, program: ChildProgram): Promise<void> {
  const said = text(program.process.stderr as NodeJS.ReadableStream);
  const end = await program.ended;
  if (end !== 'code 0') throw new Error(`${name} ended with ${end}: ${await said}`);
}

async function waitUntilReady(url: string, server: ChildProgram): Promise<void> {
  const giveUpAt = performance.now() + startPatienceMs;
  const client = createClient(url, { max: 1 });
  const answers = () =>
    client`SELECT 1`.then(
      () => true,
      () => false,
    );
  try {
    while (!(await answers())) {
      if (server.hasEnded) throw new Error(`PostgreSQL ended at once (${await server.ended})`);
      if (performance.now() > giveUpAt) throw new Error('PostgreSQL does not answer');
    }
  } finally {
    await client.end({ timeout: 1 });
  }
}
