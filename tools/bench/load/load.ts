/**
 * Puts load on a server from a process of its own, so that making the load does not share a thread with the bench.
 * `runLoad` resolves with what was measured, or rejects with the generator's own words; the child never outlives it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export type SigningKey = { readonly apiKey: string; readonly secretKey: string };

/** The same bytes every time. */
export type FixedWorkload = { kind: 'fixed'; method: string; path: string; headers: Record<string, string> };

/**
 * Signed with each key in turn. In `query`, `{order}` becomes an id unique in all runs; `timestamp` and `signature` are
 * appended.
 */
export type SignedWorkload = {
  kind: 'signed';
  method: 'GET' | 'POST';
  path: string;
  keys: readonly SigningKey[];
  query: string;
};

/** Closed loop: each connection sends its next request when its reply has arrived. */
export type ClosedLoop = { readonly durationMs: number } | { readonly requests: number };
/** Open loop: requests are due at even distances, whatever the server does. */
export type OpenLoop = { readonly durationMs: number; readonly ratePerSecond: number };

export type LoadPlan = {
  host: string;
  /** Connections take them in turn. */
  ports: readonly number[];
  connections: number;
  /** Load before the measurement, at the same rate in an open loop; no latency of it is counted. */
  warmupMs: number;
  workload: FixedWorkload | SignedWorkload;
} & (ClosedLoop | OpenLoop);

/** The rate and the latencies are those of 2xx replies: a refusal is cheap and must not make a server look fast. */
export type LoadResult = {
  /** All replies in the measured time, refusals too. */
  requests: number;
  /** Replies that were not 2xx, by status. */
  errors: Record<string, number>;
  /** The first of them, so that a broken bench explains itself. */
  firstErrorBody?: string;
  /** From the first request to the last reply. */
  durationMs: number;
  ratePerSecond: number;
  p50Ms: number;
  p90Ms: number;
  p99Ms: number;
  p999Ms: number;
  maxMs: number;
  /** Open loop: requests that found no free connection before the end; they count with the time they had waited. */
  unsent: number;
  /** Open loop: from when a request was due until it was sent. */
  sendDelayP99Ms: number;
  /** 2xx replies including those of the warm-up, and how long both took together. */
  acceptedInAll: number;
  durationInAllMs: number;
  /** Processor time of the generator in `durationMs`. */
  cpuMs: number;
};

const GENERATOR_PATH = fileURLToPath(new URL('generator.ts', import.meta.url));

/** A load under way. */
export type Load = {
  /** Resolves when the first request goes out: thousands may have to be signed before. */
  readonly started: Promise<void>;
  readonly result: Promise<LoadResult>;
};

export function runLoad(plan: LoadPlan): Promise<LoadResult> {
  return startLoad(plan).result;
}

export function startLoad(plan: LoadPlan): Load {
  const child = spawn(process.execPath, [GENERATOR_PATH], { stdio: ['pipe', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  // A child that dies early breaks the pipe; its exit code and stderr say more than EPIPE does.
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(plan));
  const started = once(child.stdout, 'readable').then(() => {});
  const finish = async () => {
    const [[exitCode, exitSignal], output, complaint] = await Promise.all([
      once(child, 'close'),
      text(child.stdout),
      text(child.stderr),
    ]);
    process.off('exit', kill);
    if (exitCode !== 0)
      throw new Error(`load generator ended with ${exitCode ?? exitSignal}: ${complaint.trim()}`);
    return JSON.parse(output.slice(output.indexOf('\n'))) as LoadResult;
  };
  return { started, result: finish() };
}
