/**
 * One server of PostgreSQL over a data folder of its own: started, ended as it would end in an accident, and started
 * again on the same port over what was left.
 *
 * The programs come from the path or from where Debian puts them. As PostgreSQL refuses to run as root, it then runs as
 * the user postgres or nobody.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, globSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import postgres from 'postgres';

export type Settings = Readonly<Record<string, string>>;

/** `immediate`: the server ends itself without tidying up; `SIGKILL`: none of its processes does another thing. */
export type Ending = 'immediate' | 'SIGKILL';

export const missing = 'PostgreSQL is not on this machine: apt-get install postgresql (15 or later)';

export class PostgresProcess {
  readonly port: number;
  readonly url: string;
  readonly #programs: string;
  readonly #folder: string;
  readonly #asUser: object;
  readonly #flags: readonly string[];
  #server: ChildProcess | undefined;
  readonly #killAtExit = () => this.#server?.kill('SIGKILL');

  /** A new cluster, or what `fill` puts into its data folder; on a free port unless one is given. */
  static async create(
    settings: Settings,
    { fill = initialise, port }: { readonly fill?: Fill; readonly port?: number } = {},
  ): Promise<PostgresProcess> {
    const programs = findPrograms();
    if (programs === undefined) throw new Error(missing);
    const user = unprivilegedUser();
    const folder = mkdtempSync(join(tmpdir(), 'bursar-postgres-'));
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    chmodSync(folder, 0o700);
    const asUser = { ...user, cwd: folder, env: { ...process.env, LC_ALL: 'C.UTF-8' } };
    const run: Run = (program, args) =>
      void execFileSync(join(programs, program), args, { ...asUser, stdio: 'pipe' });
    fill(run, join(folder, 'data'));
    return new PostgresProcess({ programs, folder, asUser, settings, port: port ?? (await findFreePort()) });
  }

  private constructor(parts: {
    readonly programs: string;
    readonly folder: string;
    readonly asUser: object;
    readonly settings: Settings;
    readonly port: number;
  }) {
    this.#programs = parts.programs;
    this.#folder = parts.folder;
    this.#asUser = parts.asUser;
    this.port = parts.port;
    this.url = `postgres://bursar@127.0.0.1:${parts.port}/postgres`;
    const given = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      port: `${parts.port}`,
      fsync: 'off',
      full_page_writes: 'off',
      max_connections: '100',
      ...parts.settings,
    };
    this.#flags = Object.entries(given).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    process.once('exit', this.#killAtExit);
  }

  get #data(): string {
    return join(this.#folder, 'data');
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const flags = ['-D', this.#data, ...this.#flags];
    this.#server = spawn(join(this.#programs, 'postgres'), flags, { ...this.#asUser, stdio: 'ignore' });
    await waitUntilReady(this.url, this.#server);
  }

  /** Resolves when all of its processes are gone. */
  async end(how: Ending): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const gone = once(server, 'exit');
    if (how === 'immediate') server.kill('SIGQUIT');
    else {
      // Stopped first, so that it makes no children while they are counted.
      server.kill('SIGSTOP');
      signalFamily(server, 'SIGKILL');
    }
    await gone;
  }

  /** It stands still, as a machine does that nobody hears of any more, until it goes on. */
  freeze(): void {
    this.#server?.kill('SIGSTOP');
    if (this.#server !== undefined) signalFamily(this.#server, 'SIGSTOP');
  }

  goOn(): void {
    if (this.#server !== undefined) signalFamily(this.#server, 'SIGCONT');
  }

  /** A standby becomes the primary. */
  promote(): void {
    const args = ['promote', '-w', '-D', this.#data];
    execFileSync(join(this.#programs, 'pg_ctl'), args, { ...this.#asUser, stdio: 'pipe' });
  }

  async remove(): Promise<void> {
    await this.end('immediate');
    process.off('exit', this.#killAtExit);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

type Run = (program: string, args: readonly string[]) => void;
type Fill = (run: Run, dataFolder: string) => void;

const initialise: Fill = (run, data) =>
  run('initdb', ['-D', data, '-U', 'bursar', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']);

/** A copy that streams from a primary from now on. */
export const copyOf =
  (primary: PostgresProcess): Fill =>
  (run, data) => {
    const source = `host=127.0.0.1 port=${primary.port} user=bursar application_name=replica`;
    run('pg_basebackup', ['-D', data, '-d', source, '-X', 'stream', '-c', 'fast', '-R', '--no-sync']);
  };

function signalFamily({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid=']).toString();
  const family = listed
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (child !== undefined && (child === pid || parent === pid) ? [child] : []));
  for (const each of family) {
    try {
      process.kill(each, signal);
    } catch {
      // It has ended by itself.
    }
  }
}

export function findPrograms(): string | undefined {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...globSync('/usr/lib/postgresql/*/bin').sort((a, b) => b.localeCompare(a, 'en', { numeric: true })),
  ];
  const found = folders.find(
    (each) => existsSync(join(each, 'initdb')) && existsSync(join(each, 'postgres')),
  );
  // Where only links to some of them are on the path, the others are where those lead to.
  return found && dirname(realpathSync(join(found, 'postgres')));
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
