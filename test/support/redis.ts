/** A private Redis for the tests of one process, removed when it is stopped. */
import { createClient } from '@redis/client';
import { findRedisServer, missingRedis } from '../../tools/cluster/programs.ts';
import { RedisProcess } from '../../tools/cluster/redis-process.ts';

export type RedisServer = {
  readonly url: string;
  readonly port: number;
  /** Sends one command on its own connection. */
  ask(...command: string[]): Promise<unknown>;
  /** Ends the server as a power failure would; its data is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port. */
  restart(): Promise<void>;
  /** Suspends it: connections stay open, but nothing is answered. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
};

/** Why tests that need Redis are skipped, in one line; with `CI=true` none are. */
export const skipWithoutRedis: string | false =
  findRedisServer() === undefined && process.env.CI !== 'true' ? missingRedis : false;

export async function startRedis(): Promise<RedisServer> {
  const server = await RedisProcess.create();
  await server.start();
  const { url, port } = server;
  return {
    url,
    port,
    ask: (...command) => ask(port, command),
    kill: () => server.end(),
    async restart() {
      await server.end();
      await server.start();
    },
    freeze: () => server.freeze(),
    thaw: () => server.resume(),
    stop: () => server.remove(),
  };
}

async function ask(port: number, command: readonly string[]): Promise<unknown> {
  const client = createClient({ socket: { host: '127.0.0.1', port, reconnectStrategy: false } });
  // Failures are reported by the command itself.
  client.on('error', () => {});
  try {
    await client.connect();
    return await client.sendCommand(command);
  } finally {
    client.destroy();
  }
}
