/**
 * A private Redis server without persistence on a free local port. It can be started, killed, started again on the same
 * port, and removed.
 */
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ChildProgram } from './child-program.ts';
import { findFreePort, findRedisServer, missingRedis, unprivilegedUser } from './programs.ts';

const startTimeoutMs = 30_000;
const attemptMs = 20;

export class RedisProcess {
  readonly port: number;
  readonly url: string;
  readonly #folder: string;
  readonly #spawn: () => ChildProgram;
  #server: ChildProgram | undefined;

  static async create(): Promise<RedisProcess> {
    const program = findRedisServer();
    if (program === undefined) throw new Error(missingRedis);
    return new RedisProcess(program, await findFreePort());
  }

  private constructor(program: string, port: number) {
    const user = unprivilegedUser();
    const folder = mkdtempSync(join(tmpdir(), 'bursar-redis-'));
    if (user !== undefined) chownSync(folder, user.uid, user.gid);
    const flags = ['--bind', '127.0.0.1', '--port', `${port}`, '--save', '', '--appendonly', 'no'];
    this.#spawn = () => new ChildProgram(program, flags, { ...user, cwd: folder, stdio: 'ignore' });
    this.#folder = folder;
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    const server = this.#spawn();
    this.#server = server;
    const giveUpAt = performance.now() + startTimeoutMs;
    while (!(await answersPing(this.port))) {
      if (server.hasEnded) throw new Error(`Redis exited immediately (${await server.ended})`);
      if (performance.now() > giveUpAt) throw new Error('Redis does not answer');
      await pause(attemptMs);
    }
  }

  /** Kills it, as a power failure would; its data is lost. */
  async end(): Promise<void> {
    this.#server?.process.kill('SIGKILL');
    await this.#server?.ended;
  }

  /** Suspends it: connections stay open, but nothing is answered. */
  freeze(): void {
    this.#server?.process.kill('SIGSTOP');
  }

  resume(): void {
    this.#server?.process.kill('SIGCONT');
  }

  async remove(): Promise<void> {
    await this.end();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function answersPing(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
  socket.setTimeout(startTimeoutMs, () => socket.destroy());
  socket.once('data', (bytes) => {
    resolve(bytes.toString().startsWith('+PONG'));
    socket.destroy();
  });
  socket.on('error', () => {});
  socket.once('close', () => resolve(false));
  return promise;
}
