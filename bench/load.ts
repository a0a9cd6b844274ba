/**
 * Puts load on a server from a process of its own, so that making the load does not share a thread with the bench.
 * `runLoad` resolves with what was measured, or rejects with the generator's own words; the child never outlives it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export type SigningKey = { apiKey: string; secretKey: string; email?: string };

/** The same bytes every time. */
export type FixedWorkload = { kind: 'fixed'; method: string; path: string; headers: Record<string, string> };

/**
 * Signed as it is sent, keys in turn. In `query`, `{n}` becomes a number unique in the run, `{order}` an id unique in
 * all runs, `{email}` the key's e-mail, percent-encoded; `timestamp` and `signature` are appended.
 */
export type SignedWorkload = {
  kind: 'signed';
  method: 'GET' | 'POST';
  path: string;
  keys: SigningKey[];
  query: string;
};

export type LoadPlan = {
  host: string;
  /** Connections take them in turn. */
  ports: readonly number[];
  connections: number;
  /** Load before the measurement, counted nowhere. */
  warmupMs: number;
  workload: FixedWorkload | SignedWorkload;
} & ({ durationMs: number } | { requests: number });

/** The rate and the latencies are those of 2xx replies: a refusal is cheap and must not make a server look fast. */
export type LoadResult = {
  /** All replies, refusals too. */
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
  maxMs: number;
  /** Processor time of the generator in `durationMs`. */
  cpuMs: number;
};

const GENERATOR_PATH = fileURLToPath(new URL('load-generator.ts', import.meta.url));

export async function runLoad(plan: LoadPlan, signal?: AbortSignal): Promise<LoadResult> {
  const child = spawn(process.execPath, [GENERATOR_PATH], {
    stdio: ['pipe', 'pipe', 'pipe'],
    killSignal: 'SIGKILL',
    ...(signal && { signal }),
  });
  // A child that dies early breaks the pipe; its exit code and stderr say more than EPIPE does.
  child.stdin.on('error', () => {});
  child.stdin.end(JSON.stringify(plan));
  const [[exitCode, exitSignal], output, complaint] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  if (exitCode !== 0)
    throw new Error(`load generator ended with ${exitCode ?? exitSignal}: ${complaint.trim()}`);
  return JSON.parse(output) as LoadResult;
}
