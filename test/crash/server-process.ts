/** Starts, kills and talks to the server under test; a request that is pending when it dies resolves to `null`. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { encodeQuery, type Query, signQuery } from '../support/exchange.ts';
import { keyOf } from '../support/world.ts';

// biome-ignore lint/suspicious/noExplicitAny: replies of all operations
export type Answer = { readonly status: number; readonly body: any };

/** The server, or servers, that clients send requests to. */
export type Target = {
  signed(name: string, method: 'GET' | 'POST', path: string, query: Query): Promise<Answer | null>;
  operator(path: string, body: object, method?: 'POST' | 'PUT'): Promise<Answer | null>;
  /** Reads from the operator API. */
  read(path: string): Promise<Answer | null>;
};
export type ServerProcess = Target & {
  readonly pid: number;
  /** The Prometheus metrics of the server. */
  metrics(): Promise<string>;
  /** Kills it immediately; resolves when the process has ended. */
  kill(): Promise<void>;
  /** Lets it complete pending work. @returns its exit code. */
  stop(): Promise<number | null>;
};

const program = new URL('./server.ts', import.meta.url).pathname;

export function spawnServer(
  dataFolder: string,
  blockMs: number,
  flags: readonly string[] = [],
): ChildProcess {
  return spawn(process.execPath, [program, dataFolder, String(blockMs), ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

export async function killProcess(
  child: ChildProcess,
  signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL',
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** Resolves when it answers. */
export async function startServerProcess(
  dataFolder: string,
  blockMs: number,
  flags: readonly string[] = [],
): Promise<ServerProcess> {
  const child = spawnServer(dataFolder, blockMs, flags);
  const line = await Promise.race([
    once(createInterface({ input: child.stdout! }), 'line').then(([text]) => text as string),
    once(child, 'exit').then(([code]) =>
      Promise.reject(new Error(`the server under test ended by itself with ${code}`)),
    ),
  ]);
  const { port, operatorPort, operatorToken } = JSON.parse(line) as Record<string, string>;
  const operatorUrl = `http://127.0.0.1:${operatorPort}/operator/v1`;
  const authorization = { authorization: `Bearer ${operatorToken}` };
  const agent = new Agent({ keepAlive: true });
  const ask = (method: string, url: string, headers: Record<string, string>, body = '') =>
    send(agent, method, url, headers, body);
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    await killProcess(child, signal);
    agent.destroy();
  };
  return {
    pid: child.pid!,
    metrics: async () => (await fetch(`http://127.0.0.1:${operatorPort}/metrics`)).text(),
    signed: (name, method, path, query) => {
      const key = keyOf(name);
      const target = `http://127.0.0.1:${port}${path}?${signQuery(key, encodeQuery(query))}`;
      return ask(method, target, { 'X-MBX-APIKEY': key.apiKey });
    },
    operator: (path, body, method = 'POST') =>
      ask(
        method,
        `${operatorUrl}${path}`,
        { ...authorization, 'content-type': 'application/json' },
        JSON.stringify(body),
      ),
    read: (path) => ask('GET', `${operatorUrl}${path}`, authorization),
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM');
      return child.exitCode;
    },
  };
}

function send(
  agent: Agent,
  method: string,
  url: string,
  headers: Record<string, string>,
  body: string,
): Promise<Answer | null> {
  return new Promise((resolve) => {
    const outgoing = request(url, { agent, method, headers }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk) => {
        text += chunk;
      });
      incoming.on('error', () => resolve(null));
      incoming.on('close', () => {
        // The reply was truncated: the client learnt nothing.
        resolve(incoming.complete ? { status: incoming.statusCode ?? 0, body: JSON.parse(text) } : null);
      });
    });
    outgoing.on('error', () => resolve(null));
    outgoing.end(body);
  });
}
