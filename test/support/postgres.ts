/**
 * A private PostgreSQL for the tests of one process: a cluster in a temporary folder on a free port of this machine,
 * gone when it is stopped, and a fresh database for each that asks.
 *
 * The programs come from the path or from where Debian puts them. As PostgreSQL refuses to run as root, it then runs as
 * the user postgres or nobody.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, globSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import postgres from 'postgres';

export type PostgresCluster = {
  /** Of the database that everything else is made from; it is empty. */
  readonly url: string;
  readonly port: number;
  createDatabase(): Promise<string>;
  /** Kills the server as a loss of power would. */
  stop(): Promise<void>;
};

const missing = 'PostgreSQL is not on this machine: apt-get install postgresql (15 or later)';

/** Why the tests that need one are left out, in one line; with `CI=true` nothing is. */
export const skipWithoutPostgres: string | false =
  findPrograms() === undefined && process.env.CI !== 'true' ? missing : false;

/** Durability is left to the tests of crashes, which ask for it in `settings`. */
export async function startPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresCluster> {
  const programs = findPrograms();
  if (programs === undefined) throw new Error(missing);
  const user = unprivilegedUser();
  const folder = mkdtempSync(join(tmpdir(), 'bursar-postgres-'));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const asUser = { ...user, cwd: folder, env: { ...process.env, LC_ALL: 'C.UTF-8' } };
  const flags = ['-D', data, '-U', 'bursar', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(programs, 'initdb'), flags, { ...asUser, stdio: 'pipe' });
  const port = await findFreePort();
  const given = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: `${port}`,
    fsync: 'off',
    full_page_writes: 'off',
    max_connections: '100',
    ...settings,
  };
  const options = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(programs, 'postgres'), ['-D', data, ...options], { ...asUser, stdio: 'ignore' });
  const url = `postgres://bursar@127.0.0.1:${port}/postgres`;
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  await waitUntilReady(url, server);
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
    async stop() {
      await admin.end({ timeout: 1 });
      process.off('exit', kill);
      const gone = once(server, 'exit');
      server.kill('SIGQUIT');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function findPrograms(): string | undefined {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...globSync('/usr/lib/postgresql/*/bin').sort((a, b) => b.localeCompare(a, 'en', { numeric: true })),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string, name: string) =>
    Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }).toString());
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: idOf('-u', name), gid: idOf('-g', name) };
    } catch {
      // There is no such user here.
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody');
}

async function findFreePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}

async function waitUntilReady(url: string, server: ChildProcess): Promise<void> {
  const client = postgres(url, { max: 1, backoff: () => 0.05, onnotice: () => {} });
  try {
    for (let attempts = 0; attempts < 300; attempts += 1) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL ended at once (${server.exitCode})`);
      const isReady = await client`SELECT 1`.then(
        () => true,
        () => false,
      );
      if (isReady) return;
    }
    throw new Error('PostgreSQL does not answer');
  } finally {
    await client.end({ timeout: 1 });
  }
}
