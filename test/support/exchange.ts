/**
 * A real server on free ports with temporary data, on the store under test, and a client that signs requests as
 * specified.
 */
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoreLocation } from '../../src/engine/open-store.ts';
import { createLog } from '../../src/observability/log.ts';
import { readConfig } from '../../src/runtime/config.ts';
import { locationOf, type Server, startServer } from '../../src/runtime/server.ts';
import { joinTestCluster, storeUnderTest } from './database.ts';
import type { Credentials } from './world-plan.ts';

export type { Credentials };
export type Reply = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests access any field of a reply
  readonly body: any;
};
export type Query = Record<string, string | number> | string;

export type Exchange = {
  readonly server: Server;
  readonly url: string;
  readonly operatorUrl: string;
  readonly dataFolder: string;
  /** Location of the database. */
  readonly location: StoreLocation;
  /** Sends an unsigned request. */
  request(method: string, target: string, init?: RequestInit): Promise<Reply>;
  /** Sends a signed request: parameters in the query, timestamp defaults to now, signature last. */
  signed(credentials: Credentials, method: string, path: string, query?: Query): Promise<Reply>;
  /** Calls the operator API with JSON. */
  operator(method: string, path: string, body?: unknown): Promise<Reply>;
  /** Stops the server and starts it again with the same data. */
  restart(flags?: readonly string[]): Promise<void>;
  close(): Promise<void>;
  /** Removes the data after the server is closed. */
  remove(): Promise<void>;
};

export function encodeQuery(query: Query): string {
  return typeof query === 'string' ? query : new URLSearchParams(query as Record<string, string>).toString();
}

export function sign(secretKey: string, payload: string | Buffer): string {
  return createHmac('sha256', secretKey).update(payload).digest('hex');
}

/** Builds a query with timestamp and signature. */
export function signQuery({ secretKey }: Credentials, query: Query): string {
  const given = encodeQuery(query);
  const timed = /(^|&)timestamp=/.test(given)
    ? given
    : `${given}${given === '' ? '' : '&'}timestamp=${Date.now()}`;
  return `${timed}&signature=${sign(secretKey, timed)}`;
}

/** Starts a server with command-line flags. Defaults: blocks are mined on demand, no weight limit, no demo data. */
export async function startExchange(flags: readonly string[] = []): Promise<Exchange> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'bursar-test-'));
  const defaults = ['--port', '0', '--operator-port', '0', '--block-ms', '0', '--weight-per-minute', '0'];
  const ownsDatabase = storeUnderTest === 'postgres' && !flags.includes('--database-url');
  const cluster = ownsDatabase ? await joinTestCluster() : undefined;
  const database = await cluster?.createMigratedDatabase();
  const place = ['--data', dataFolder, '--database-url', database ?? ''];
  const silence = ['--log-level', process.env.BURSAR_TEST_LOG ?? 'error'];
  const production = ['--demo', '0', '--chains', 'simulated'];
  const configure = (extra: readonly string[]) =>
    readConfig(lastWins([...defaults, ...production, ...silence, ...place, ...extra]), {});
  const start = (extra: readonly string[]) => {
    const config = configure(extra);
    return startServer(config, createLog(config.BURSAR_LOG_LEVEL), (error) => {
      throw error;
    });
  };
  const remove = async () => {
    rmSync(dataFolder, { recursive: true, force: true });
    if (database !== undefined) await cluster?.dropDatabase(database);
  };
  let server = await start(flags).catch(async (error) => {
    await remove();
    throw error;
  });
  const url = () => `http://127.0.0.1:${server.port}`;
  const operatorUrl = () => `http://127.0.0.1:${server.operatorPort}`;
  return {
    get server() {
      return server;
    },
    get url() {
      return url();
    },
    get operatorUrl() {
      return operatorUrl();
    },
    dataFolder,
    location: locationOf(configure(flags)),
    request: (method, target, init = {}) => send(`${url()}${target}`, { method, ...init }),
    signed: (credentials, method, path, query = '') =>
      send(`${url()}${path}?${signQuery(credentials, query)}`, {
        method,
        headers: { 'X-MBX-APIKEY': credentials.apiKey },
      }),
    operator: (method, path, body) =>
      send(`${operatorUrl()}/operator/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${server.operatorToken}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    async restart(extra = flags) {
      await server.close();
      server = await start(extra);
    },
    async close() {
      await server.close();
      await remove();
    },
    remove,
  };
}

/** Later flags replace earlier flags of the same name. */
function lastWins(flags: readonly string[]): string[] {
  const values = new Map<string, string>();
  for (let index = 0; index < flags.length; index += 2)
    values.set(flags[index] as string, flags[index + 1] as string);
  return [...values].flat();
}

async function send(url: string, init: RequestInit): Promise<Reply> {
  const response = await fetch(url, init);
  const text = await response.text();
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // Not JSON: the body stays text.
  }
  return { status: response.status, headers: response.headers, text, body };
}
