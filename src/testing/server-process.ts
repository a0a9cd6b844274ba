/**
 * The server as a process of its own, because it needs a newer Node than the tests may run on. It ends with the process
 * that started it, however that ends: its standard input is a pipe that only this process holds open.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../clock/system-clock.ts';
import { BursarError } from './bursar-error.ts';
import { rejectUnknown } from './known-options.ts';
import type { StartOptions } from './types.ts';

const program = fileURLToPath(new URL('../../bin/bursar.js', import.meta.url));
const defaultBlockMs = 200;
const defaultStartTimeoutMs = 30_000;
const stopTimeoutMs = 15_000;
/** Characters of the log that the message of a failed start quotes. */
const maxLogLength = 4000;

const knownOptions: Readonly<Record<keyof StartOptions, true>> = {
  blockMs: true,
  port: true,
  operatorPort: true,
  settings: true,
  log: true,
  startTimeoutMs: true,
};

/** The line that the server prints when it is ready. */
type ReadyLine = {
  readonly url: string;
  readonly operatorUrl: string;
  readonly pid: number;
  readonly dataFolder: string;
  readonly apiKey: string;
  readonly secretKey: string;
};

export type ServerProcess = ReadyLine & {
  readonly operatorToken: string;
  stop(): Promise<void>;
};

type Child = ChildProcess & {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
};

/** @throws BursarError */
export async function startServerProcess(options: StartOptions): Promise<ServerProcess> {
  rejectUnknown('startBursar', options, knownOptions);
  const operatorToken = randomBytes(24).toString('hex');
  // cast: its output is piped.
  const child = spawn(process.execPath, [program, 'start'], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...inheritedEnvironment(), ...settingsOf(options, operatorToken) },
  }) as Child;
  // A server that ends while something is written to it must not end the tests.
  child.stdin.on('error', () => {});
  const log = keepLog(child, options.log === true);
  try {
    const ready = await waitUntilReady(child, log, options.startTimeoutMs ?? defaultStartTimeoutMs);
    setReferenced(child, false);
    let stopping: Promise<void> | undefined;
    return {
      ...ready,
      operatorToken,
      stop() {
        stopping ??= stop(child, ready);
        return stopping;
      },
    };
  } catch (error) {
    abandon(child);
    throw error;
  }
}

/** Without settings of Bursar, and without options that the test runner set for its own Node. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const own = /^(BURSAR_.*|DATABASE_URL|REDIS_URL|NODE_OPTIONS|NODE_V8_COVERAGE|NODE_TEST_CONTEXT)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}

function settingsOf(options: StartOptions, operatorToken: string): Readonly<Record<string, string>> {
  return {
    BURSAR_PORT: `${options.port ?? 0}`,
    BURSAR_OPERATOR_PORT: `${options.operatorPort ?? 0}`,
    BURSAR_BLOCK_MS: `${options.blockMs ?? defaultBlockMs}`,
    BURSAR_WEIGHT_PER_MINUTE: '0',
    BURSAR_LOG_LEVEL: options.log === true ? 'info' : 'error',
    ...options.settings,
    BURSAR_DEMO: '1',
    BURSAR_LAB: '1',
    BURSAR_OPERATOR_TOKEN: operatorToken,
    BURSAR_TEMPORARY: '1',
    BURSAR_JSON: '1',
    BURSAR_STOP_WITH_STDIN: '1',
  };
}

/** @returns the last part of the standard error of the server. */
function keepLog(child: Child, show: boolean): () => string {
  let kept = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    kept = `${kept}${text}`.slice(-maxLogLength);
    if (show) process.stderr.write(text);
  });
  return () => kept.trim();
}

async function waitUntilReady(child: Child, log: () => string, timeoutMs: number): Promise<ReadyLine> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      cancel();
      const shown = log();
      reject(new BursarError(shown === '' ? why : `${why}\n${shown}`));
    };
    const cancel = systemClock.monotonic.after(timeoutMs, () =>
      fail(`Bursar was not ready within ${timeoutMs} ms; allow more with startTimeoutMs. Its log:`),
    );
    child.once('error', (error) => fail(`${process.execPath} cannot be run: ${error.message}`));
    // Not `exit`: the last lines of the log may still be on their way then.
    child.once('close', (code) => fail(`Bursar did not start (exit code ${code}). It says:`));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const ready = readyLineIn(line);
      if (ready === undefined) return;
      // Text that it wrote to standard error before may still be on its way.
      void setImmediate().then(() => {
        if (/^bursar: warning: there is no setting /m.test(log())) fail('A setting is misspelt.');
        cancel();
        resolve(ready);
      });
    });
  });
}

/** @returns undefined for a line of something else that the process runs. */
function readyLineIn(line: string): ReadyLine | undefined {
  try {
    const read: Partial<ReadyLine> | null = JSON.parse(line);
    return typeof read?.url === 'string' && typeof read.dataFolder === 'string'
      ? // cast: the server writes the line so.
        (read as ReadyLine)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A server that a test forgot to stop must not keep the process of the tests alive. */
function setReferenced(child: Child, referenced: boolean): void {
  const change = referenced ? 'ref' : 'unref';
  child[change]();
  for (const pipe of [child.stdin, child.stdout, child.stderr]) {
    // cast: pipes of a process have both methods.
    (pipe as unknown as Record<typeof change, () => void>)[change]();
  }
}

/** Ends a server that was not ready in time, without keeping the process of the tests alive. */
function abandon(child: Child): void {
  setReferenced(child, false);
  child.stdin.end();
  child.kill('SIGTERM');
  const cancel = systemClock.monotonic.after(stopTimeoutMs, () => child.kill('SIGKILL'), { ref: false });
  child.once('close', cancel);
}

async function stop(child: Child, { pid, dataFolder }: ReadyLine): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    setReferenced(child, true);
    const ended = once(child, 'close');
    child.stdin.end();
    const cancel = systemClock.monotonic.after(stopTimeoutMs, () => kill(child, pid));
    await ended;
    cancel();
  }
  rmSync(dataFolder, { recursive: true, force: true, maxRetries: 3 });
}

/** On an older Node, the child is a small program that runs the server as its own child. */
function kill(child: Child, pid: number): void {
  child.kill('SIGKILL');
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
