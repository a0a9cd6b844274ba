/** What all benchmarks share: how long, how often, how many connections, and how a result is said. */
import { type LoadPlan, type LoadResult, runLoad, type SigningKey } from './load.ts';
import { median } from './statistics.ts';

export const repeats = 3;
export const accounts = 1000;

/** What `server.ts` prints. */
export type ServerReady = { readonly port: number; readonly keys: SigningKey[] };
/** Rates are per second. */
export type Measured = { readonly rate: number; readonly p50Ms: number; readonly p99Ms: number };

export const bareRequest = {
  kind: 'fixed',
  method: 'GET',
  path: '/wapi/v3/systemStatus.html',
  headers: {},
} as const;

export class Measuring {
  readonly durationMs: number;
  /** One line for whoever watches. */
  readonly say: (line: string) => void;

  constructor(durationMs: number, say: (line: string) => void) {
    this.durationMs = durationMs;
    this.say = say;
  }

  /** The plan of a run with 64 connections. */
  load(...ports: readonly number[]) {
    return { host: '127.0.0.1', ports, connections: 64, durationMs: this.durationMs, warmupMs: 1500 };
  }

  async repeatedly(plan: LoadPlan): Promise<Measured> {
    const results: LoadResult[] = [];
    for (let repeat = 0; repeat < repeats; repeat += 1) results.push(await runLoad(plan));
    return medians(results);
  }

  /** Two that are compared, by turns, so that what changes with time meets both. */
  async byTurns(one: LoadPlan, other: LoadPlan): Promise<readonly [Measured, Measured]> {
    const results: [LoadResult[], LoadResult[]] = [[], []];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      results[0].push(await runLoad(one));
      results[1].push(await runLoad(other));
    }
    return [medians(results[0]), medians(results[1])];
  }

  report(name: string, { rate, p50Ms, p99Ms }: Measured, note = ''): void {
    this.say(
      `${name.padEnd(46)} ${perSecond(rate)}  ${note}p50 ${p50Ms.toFixed(2)} ms  p99 ${p99Ms.toFixed(2)} ms`,
    );
  }

  reportRate(name: string, rate: number, note = ''): void {
    this.say(`${name.padEnd(46)} ${perSecond(rate)}  ${note}`.trimEnd());
  }
}

function perSecond(rate: number): string {
  return `${Math.round(rate).toString().padStart(7)}/s`;
}

function medians(results: readonly LoadResult[]): Measured {
  const failed = results.find((result) => Object.keys(result.errors).length > 0);
  if (failed)
    throw new Error(`the server refused: ${JSON.stringify(failed.errors)} ${failed.firstErrorBody}`);
  return {
    rate: median(results.map((result) => result.ratePerSecond)),
    p50Ms: median(results.map((result) => result.p50Ms)),
    p99Ms: median(results.map((result) => result.p99Ms)),
  };
}
