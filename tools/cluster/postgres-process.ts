/**
 * A private PostgreSQL server with its own data folder on a free local port. It can be started, ended as in a failure,
 * started again on the same port with the remaining data, and removed.
 *
 * PostgreSQL refuses to run as root; in this case it runs as the user postgres or nobody.
 */

import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { systemClock } from '../../src/clock/system-clock.ts';
import { createClient } from '../../src/store/postgres/client.ts';
import { ChildProgram } from './child-program.ts';
import { findFreePort, findPostgresFolder, missingPostgres, unprivilegedUser } from './programs.ts';

export type PostgresSettings = Readonly<Record<string, string>>;

/** `immediate`: an immediate shutdown without cleanup; `SIGKILL`: all of its processes are killed. */
export type Ending = 'immediate' | 'SIGKILL';

/** Settings under which acknowledged commits survive a power failure. */
export const durable: PostgresSettings = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' };

type Run = (program: string, args: readonly string[]) => Promise<void>;
type Fill = (run: Run, dataFolder: string) => Promise<void>;
type Parts = {
  readonly run: (program: string, args: readonly string[]) => ChildProgram;
  readonly folder: string;
  readonly settings: PostgresSettings;
  readonly port: number;
};

const startTimeoutMs = 30_000;

export class PostgresProcess {
  readonly port: number;
  /** URL of an existing empty database. */
  readonly url: string;
  readonly #parts: Parts;
  #server: ChildProgram | undefined;

  /** Creates a cluster, or uses what `fill` writes into its data folder; on a free port unless one is given. */
  static async create(
    settings: PostgresSettings,
    { fill = initialise, port }: { readonly fill?: Fill; readonly port?: number } = {},
  ): Promise<PostgresProcess> {
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
      await fill((program, args) => finish(program, run(program, args)), join(folder, 'data'));
      return new PostgresProcess({ run, folder, settings, port: port ?? (await findFreePort()) });
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

  get #data(): string {
    return join(this.#parts.folder, 'data');
  }

  /** Resolves when it answers. Without durable settings it would lose data on a power failure. */
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
    const server = this.#parts.run('postgres', ['-D', this.#data, ...flags]);
    server.process.stderr?.resume();
    this.#server = server;
    await waitUntilReady(this.url, server);
  }

  /** @returns its URL. */
  async createDatabase(name: string): Promise<string> {
    const client = createClient({ url: this.url, timers: systemClock.monotonic }, { max: 1 });
    try {
      await client.unsafe(`CREATE DATABASE ${name}`);
      return Object.assign(new URL(this.url), { pathname: name }).href;
    } finally {
      await client.end({ timeout: 1 });
    }
  }

  /** Resolves when all of its processes have ended. */
  async end(how: Ending): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    if (how === 'immediate') server.process.kill('SIGQUIT');
    else {
      // Suspended first, so that it starts no children while they are enumerated.
      server.process.kill('SIGSTOP');
      signalFamily(server, 'SIGKILL');
    }
    await server.ended;
  }

  /** Suspends all processes, like a machine that no longer responds. */
  freeze(): void {
    this.#server?.process.kill('SIGSTOP');
    if (this.#server !== undefined) signalFamily(this.#server, 'SIGSTOP');
  }

  resume(): void {
    if (this.#server !== undefined) signalFamily(this.#server, 'SIGCONT');
  }

  /** Promotes a standby to primary. */
  async promote(): Promise<void> {
    await finish('pg_ctl', this.#parts.run('pg_ctl', ['promote', '-w', '-D', this.#data]));
  }

  async remove(): Promise<void> {
    await this.end('immediate');
    rmSync(this.#parts.folder, { recursive: true, force: true });
  }
}

const initialise: Fill = (run, data) =>
  run('initdb', ['-D', data, '-U', 'bursar', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']);

/** Fills a data folder with a standby that streams from `primary`. */
export const copyOf =
  (primary: PostgresProcess): Fill =>
  (run, data) => {
    const source = `host=127.0.0.1 port=${primary.port} user=bursar application_name=replica`;
    return run('pg_basebackup', ['-D', data, '-d', source, '-X', 'stream', '-c', 'fast', '-R', '--no-sync']);
  };

async function finish(name: string, program: ChildProgram): Promise<void> {
  const said = text(program.process.stderr as NodeJS.ReadableStream);
  const end = await program.ended;
  if (end !== 'code 0') throw new Error(`${name} ended with ${end}: ${await said}`);
}

function signalFamily({ pid }: ChildProgram, signal: NodeJS.Signals): void {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid=']).toString();
  const family = listed
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (child !== undefined && (child === pid || parent === pid) ? [child] : []));
  for (const each of family) {
    try {
      process.kill(each, signal);
    } catch {
      // It has already ended.
    }
  }
}

async function waitUntilReady(url: string, server: ChildProgram): Promise<void> {
  const giveUpAt = performance.now() + startTimeoutMs;
  const client = createClient({ url: url, timers: systemClock.monotonic }, { max: 1 });
  const answers = () =>
    client`SELECT 1`.then(
      () => true,
      () => false,
    );
  try {
    while (!(await answers())) {
      if (server.hasEnded) throw new Error(`PostgreSQL exited immediately (${await server.ended})`);
      if (performance.now() > giveUpAt) throw new Error('PostgreSQL does not answer');
    }
  } finally {
    await client.end({ timeout: 1 });
  }
}
