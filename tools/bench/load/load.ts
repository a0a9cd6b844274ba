/**
 * Puts load on a server from a separate process, so that the load generator does not share a thread with the benchmark.
 * `runLoad` resolves with the result or rejects with the generator's error output; the child never outlives it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** `secretKey` is the secret of an HMAC key, or the private key in PEM of an RSA or Ed25519 key. */
export type SigningKey = { readonly apiKey: string; readonly secretKey: string };

/** Identical bytes for every request. */
export type FixedWorkload = { kind: 'fixed'; method: string; path: string; headers: Record<string, string> };

/**
 * Signed with each key in turn. In `query`, `{order}` is replaced by an id that is unique across runs; `timestamp` and
 * `signature` are appended.
 */
export type SignedWorkload = {
  kind: 'signed';
  method: 'GET' | 'POST';
  path: string;
  keys: readonly SigningKey[];
  query: string;
  /**
   * Signs this many requests and sends them over and over, because signing takes longer than answering. Only for reads
   * that take less than a minute.
   */
  repeated?: number;
};

/** Closed loop: each connection sends its next request when the previous reply has arrived. */
export type ClosedLoop = { readonly durationMs: number } | { readonly requests: number };
/** Open loop: requests are due at a constant rate, whatever the server does. */
export type OpenLoop = { readonly durationMs: number; readonly ratePerSecond: number };

export type LoadPlan = {
  host: string;
  /** Connections are assigned to the ports in turn. */
  ports: readonly number[];
  connections: number;
  /** Load before the measurement, at the same rate in an open loop; its latencies are not counted. */
  warmupMs: number;
  workload: FixedWorkload | SignedWorkload;
} & (ClosedLoop | OpenLoop);

/** Rate and latencies cover 2xx replies only: rejections are cheap and must not make a server look fast. */
export type LoadResult = {
  /** All replies in the measured time, including errors. */
  requests: number;
  /** Replies that were not 2xx, by status. */
  errors: Record<string, number>;
  /** The first error body, to explain a failed benchmark. */
  firstErrorBody?: string;
  /** From the first request to the last reply. */
  durationMs: number;
  ratePerSecond: number;
  p50Ms: number;
  p90Ms: number;
  p99Ms: number;
  p999Ms: number;
  maxMs: number;
  /** Open loop: requests that found no free connection before the end; their waiting time so far counts as latency. */
  unsent: number;
  /** Open loop: time between when a request was due and when it was sent. */
  sendDelayP99Ms: number;
  /** 2xx replies including the warm-up, and the duration of both together. */
  acceptedInAll: number;
  durationInAllMs: number;
  /** Processor time of the generator in `durationMs`. */
  cpuMs: number;
};

const GENERATOR_PATH = fileURLToPath(new URL('generator.ts', import.meta.url));

/** A running load. */
export type Load = {
  /** Resolves when the first request is sent: thousands may have to be signed before. */
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
  // If the child dies early, its exit code and stderr explain more than EPIPE does.
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
