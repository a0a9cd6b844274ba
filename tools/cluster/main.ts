/**
 * `npm run cluster`: two servers with a private PostgreSQL and Redis, and a load balancer, until Ctrl-C or SIGTERM.
 * Afterwards, or if the start fails, everything is removed.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/engine/config-error.ts';
import { readSetting } from '../../src/runtime/config.ts';
import { readOptions } from '../../src/runtime/options.ts';
import { clusterAsJson, describeCluster } from './announcement.ts';
import { startCluster } from './cluster.ts';
import { findPostgresFolder, findRedisServer } from './programs.ts';

const help = `usage: npm run cluster -- [OPTIONS]

Demonstrates Bursar in several processes on this machine: starts a private PostgreSQL and a private Redis from the
installed programs, two servers that use them with the demo world, and a load balancer, and prints their addresses and
commands to try. A server that ends is restarted. Ctrl-C (or SIGTERM) stops everything; no data is kept.

  --port PORT  BURSAR_PORT  8080  Port of the load balancer; 0 chooses a free one.
  --json                          Prints all addresses as one line of JSON, and further messages to standard error.
  --help                          Prints this help.

Other variables of 'bursar start' (BURSAR_BLOCK_MS, BURSAR_WEIGHT_PER_MINUTE, BURSAR_LOG_LEVEL …) apply to both servers.
Requires PostgreSQL (15 or later) and Redis: apt-get install postgresql redis-server

Exit codes: 0 stopped by a signal; 1 could not start; 2 invalid option or missing program.`;

type Options = { readonly port: number; readonly json: boolean; readonly help: boolean };

function readArguments(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const known = { port: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  const {
    port,
    json = false,
    help = false,
  } = readOptions(
    args.map((each) => (each === '-h' ? '--help' : each)),
    known,
  ).values;
  return { port: readSetting('BURSAR_PORT', port, environment), json, help };
}

function requirePrograms(): void {
  const missing = [
    ...(findPostgresFolder() === undefined ? [['PostgreSQL', 'postgresql']] : []),
    ...(findRedisServer() === undefined ? [['Redis', 'redis-server']] : []),
  ];
  if (missing.length === 0) return;
  const [names, packages] = [missing.map(([name]) => name), missing.map(([, each]) => each)];
  throw new ConfigError(
    `${names.join(' and ')} not found on this machine: apt-get install ${packages.join(' ')}`,
  );
}

/** Further signals are ignored: npm and the terminal both forward a Ctrl-C. */
function stopOnSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  return stopping.signal;
}

/** Creates one folder for all files that this process and its children write. */
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-cluster-'));
  // The compile cache stays outside, so that later starts find it.
  process.env.NODE_COMPILE_CACHE ??= enableCompileCache().directory ?? '';
  // Other users pass through it to their own folders.
  chmodSync(folder, 0o711);
  process.env.TMPDIR = folder;
  return folder;
}

async function run({ port, json }: Options): Promise<void> {
  const signal = stopOnSignal();
  const folder = makeFolder();
  const report = (line: string) => (json ? console.error(line) : console.log(line));
  try {
    await using stack = new AsyncDisposableStack();
    report('Starting PostgreSQL, Redis and two servers …');
    const cluster = await startCluster({ port, folder, environment: process.env, report, signal }, stack);
    console.log(json ? clusterAsJson(cluster) : `\n${describeCluster(cluster)}\n`);
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    report('Stopping …');
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    // Registered last, so that it runs when no child writes into the folder any more.
    process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  }
}

/** A port in use is a usage error. */
function isPortInUse(error: unknown): error is Error & { port: number } {
  return (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
}

function describeFailure(error: unknown): string {
  if (isPortInUse(error))
    return `Port ${error.port} is already in use; choose another with --port or BURSAR_PORT.`;
  if (error instanceof ConfigError) return error.message;
  return (error as Error).stack ?? String(error);
}

try {
  const options = readArguments(process.argv.slice(2), process.env);
  if (options.help) console.log(help);
  else {
    requirePrograms();
    await run(options);
  }
  process.exit(0);
} catch (error) {
  console.error(`cluster: ${describeFailure(error)}`);
  process.exit(error instanceof ConfigError || isPortInUse(error) ? 2 : 1);
}
