/**
 * A private Redis for the tests of one process, on a free port of this machine, keeping nothing on disk; gone when it is
 * stopped. The program comes from the path.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createClient } from '@redis/client';

export type RedisServer = {
  readonly url: string;
  readonly port: number;
  /** Sends one command on a connection of its own. */
  ask(...command: string[]): Promise<unknown>;
  /** Ends the server as a loss of power would; what it held is lost. */
  kill(): Promise<void>;
  /** Starts it again, on the same port. */
  restart(): Promise<void>;
  /** Stops it in its tracks: connections stay, nothing is answered. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
};

const missing = 'Redis is not on this machine: apt-get install redis-server (6.2 or later)';

/** Why the tests that need one are left out, in one line; with `CI=true` nothing is. */
export const skipWithoutRedis: string | false =
  findProgram() === undefined && process.env.CI !== 'true' ? missing : false;

export async function startRedis(): Promise<RedisServer> {
  const program = findProgram();
  if (program === undefined) throw new Error(missing);
  const folder = mkdtempSync(join(tmpdir(), 'bursar-redis-'));
  const port = await findFreePort();
  const url = `redis://127.0.0.1:${port}`;
  let server = spawnServer(program, folder, port);
  const end = () => server.kill('SIGKILL');
  process.once('exit', end);
  await waitUntilReady(server, port);
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, 'exit');
    server.kill('SIGKILL');
    await gone;
  };
  return {
    url,
    port,
    kill,
    ask: (...command) => ask(port, command),
    async restart() {
      await kill();
      server = spawnServer(program, folder, port);
      await waitUntilReady(server, port);
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    async stop() {
      process.off('exit', end);
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function spawnServer(program: string, folder: string, port: number): ChildProcess {
  const flags = [
    ...['--bind', '127.0.0.1', '--port', `${port}`],
    ...['--dir', folder, '--save', '', '--appendonly', 'no'],
  ];
  return spawn(program, flags, { cwd: folder, stdio: 'ignore' });
}

async function waitUntilReady(server: ChildProcess, port: number): Promise<void> {
  await ask(port, ['PING'], () => server.exitCode === null);
}

/** Goes on trying to connect while `isWorthIt`. */
async function ask(port: number, command: readonly string[], isWorthIt = () => false): Promise<unknown> {
  const reconnectStrategy = (tries: number) => (isWorthIt() && tries < 500 ? 20 : (false as const));
  const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy } });
  // What fails is told by the command.
  client.on('error', () => {});
  try {
    await client.connect();
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}

function findProgram(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  return folders.map((folder) => join(folder, 'redis-server')).find((path) => existsSync(path));
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
