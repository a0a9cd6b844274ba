/**
 * `bursar start` of a checkout in a separate process. All data is read over HTTP, and every setting is an environment
 * variable that commits without it ignore, so that old and new commits are measured by the same code.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { ChildProgram } from '../cluster/child-program.ts';
import { findTwoFreePorts } from '../cluster/programs.ts';
import type { Checkout } from './checkout.ts';

export type ServerOptions = {
  readonly checkout: Checkout;
  readonly dataFolder: string;
  /** PostgreSQL database; if missing, SQLite in the data folder. */
  readonly databaseUrl?: string | undefined;
  readonly demo?: boolean;
  /** Whether the lab is open; by default as the commit does it. */
  readonly lab?: boolean | undefined;
  /** Only every other block of requests passes through the lab; the file for their figures (`lab-blocks-server.ts`). */
  readonly labBlocks?: string | undefined;
};

type Ports = { readonly port: number; readonly operatorPort: number };

export const operatorToken = 'bench-operator-token';
const masterKey = 'b5'.repeat(32);
const startTimeoutMs = 120_000;
const pollMs = 2;
/** The unit of the processor times in /proc: Linux reports them in hundredths of a second. */
const tickMs = 10;
const errorTailBytes = 4000;

export class ServerProcess {
  readonly port: number;
  readonly operatorPort: number;
  /** From the start of the process to its first successful reply. */
  readonly startMs: number;
  readonly #child: ChildProgram;

  static async start(options: ServerOptions): Promise<ServerProcess> {
    const [port, operatorPort] = await findTwoFreePorts();
    const ports = { port, operatorPort };
    const begin = performance.now();
    const { checkout } = options;
    const child = new ChildProgram(checkout.node, programOf(options), {
      cwd: checkout.folder,
      env: environmentOf(options, ports),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const errors = keepTail(child);
    try {
      await waitForReply(child, ports.port);
    } catch (error) {
      child.process.kill('SIGKILL');
      throw new Error(`${checkout.version}: ${(error as Error).message}${errors()}`);
    }
    return new ServerProcess(child, ports, performance.now() - begin);
  }

  private constructor(child: ChildProgram, ports: Ports, startMs: number) {
    this.#child = child;
    this.port = ports.port;
    this.operatorPort = ports.operatorPort;
    this.startMs = startMs;
  }

  /** Resident memory in megabytes. */
  get residentMb(): number {
    const kilobytes = execFileSync('ps', ['-o', 'rss=', '-p', `${this.#child.pid}`], { encoding: 'utf8' });
    return Number(kilobytes) / 1024;
  }

  /** Processor time that the server has used since its start, ms. */
  get processorMs(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
    const [user, system] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14).map(Number);
    return ((user as number) + (system as number)) * tickMs;
  }

  /** @returns milliseconds from SIGTERM to the exit. After `timeoutMs` the server is killed. */
  async stop(timeoutMs: number): Promise<number> {
    const begin = performance.now();
    await this.#child.stop(timeoutMs);
    return performance.now() - begin;
  }

  /** Kills the server immediately, because its data is no longer needed. */
  async kill(): Promise<void> {
    this.#child.process.kill('SIGKILL');
    await this.#child.ended;
  }
}

function programOf({ labBlocks }: ServerOptions): readonly string[] {
  if (labBlocks === undefined) return ['bin/bursar.js', 'start'];
  return ['--import', './src/store/source-modules.ts', 'tools/bench/lab-blocks-server.ts', labBlocks];
}

function environmentOf(options: ServerOptions, ports: Ports) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(BURSAR_|DATABASE_URL|REDIS_URL)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    BURSAR_PORT: `${ports.port}`,
    BURSAR_OPERATOR_PORT: `${ports.operatorPort}`,
    BURSAR_DATA: options.dataFolder,
    BURSAR_DEMO: options.demo ? '1' : '0',
    ...(options.lab !== undefined && { BURSAR_LAB: options.lab ? '1' : '0' }),
    BURSAR_CHAINS: 'simulated',
    BURSAR_WEIGHT_PER_MINUTE: '0',
    BURSAR_LOG_LEVEL: 'error',
    BURSAR_OPERATOR_TOKEN: operatorToken,
    BURSAR_MASTER_KEY: masterKey,
    ...(options.databaseUrl !== undefined && { DATABASE_URL: options.databaseUrl }),
  };
}

/** Keeps the end of the error output, for error messages. */
function keepTail({ process: child }: ChildProgram): () => string {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-errorTailBytes);
  });
  return () => (tail === '' ? '' : `\n${tail.trimEnd()}`);
}

async function waitForReply(child: ChildProgram, port: number): Promise<void> {
  const giveUpAt = performance.now() + startTimeoutMs;
  while (!(await answers(port))) {
    if (child.hasEnded) throw new Error(`the server ended before it was ready (${await child.ended})`);
    if (performance.now() > giveUpAt) throw new Error('the server does not answer');
    await pause(pollMs);
  }
}

/** Closes the connection after each try: an open one would delay the stop that is measured. */
function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const agent = new Agent({ keepAlive: false });
  get({ host: '127.0.0.1', port, path: '/wapi/v3/systemStatus.html', agent }, (reply) => {
    reply.resume();
    resolve(reply.statusCode === 200);
  }).on('error', () => resolve(false));
  return promise;
}
