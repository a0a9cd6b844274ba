/** A private Redis that keeps nothing on disk, on a free port of this machine, gone when it is stopped. */
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ChildProgram } from './child-program.ts';
import { findFreePort, findRedisServer, unprivilegedUser } from './programs.ts';

export type PrivateRedis = {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
};

const startPatienceMs = 10_000;
const stopPatienceMs = 5_000;
const attemptMs = 20;

export async function startRedis(): Promise<PrivateRedis> {
  const program = findRedisServer();
  if (program === undefined) throw new Error('Redis is not on this machine: apt-get install redis-server');
  const user = unprivilegedUser();
  const folder = mkdtempSync(join(tmpdir(), 'bursar-redis-'));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const port = await findFreePort();
  const flags = [
    '--bind',
    '127.0.0.1',
    '--port',
    `${port}`,
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    '.',
  ];
  const server = new ChildProgram(program, flags, { ...user, cwd: folder, stdio: 'ignore' });
  const stop = async () => {
    await server.stop(stopPatienceMs);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(port, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `redis://127.0.0.1:${port}`, port, pid: server.pid, stop };
}

async function waitUntilReady(port: number, server: ChildProgram): Promise<void> {
  const giveUpAt = performance.now() + startPatienceMs;
  while (!(await answersPing(port))) {
    if (server.hasEnded) throw new Error(`Redis ended at once (${await server.ended})`);
    if (performance.now() > giveUpAt) throw new Error('Redis does not answer');
    await pause(attemptMs);
  }
}

function answersPing(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
  socket.setTimeout(startPatienceMs, () => socket.destroy());
  socket.once('data', (bytes) => {
    resolve(bytes.toString().startsWith('+PONG'));
    socket.destroy();
  });
  socket.on('error', () => {});
  socket.once('close', () => resolve(false));
  return promise;
}
