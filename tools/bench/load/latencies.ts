/** Collects the latencies of a run in milliseconds without allocating during the run. */
import { percentile } from '../statistics.ts';

export type LatencySummary = Readonly<Record<'p50Ms' | 'p90Ms' | 'p99Ms' | 'p999Ms' | 'maxMs', number>>;

export class Latencies {
  readonly #values: Float64Array;
  #count = 0;

  /** @param capacity may be generous: pages never written to take no physical memory. */
  constructor(capacity: number) {
    this.#values = new Float64Array(capacity);
  }

  get count(): number {
    return this.#count;
  }

  add(ms: number): void {
    if (this.#count === this.#values.length) throw new Error('more replies than the capacity for latencies');
    this.#values[this.#count++] = ms;
  }

  /** All zero if nothing was added. */
  summarize(): LatencySummary {
    const sorted = this.#values.subarray(0, this.#count).sort();
    const at = (share: number) => (sorted.length === 0 ? 0 : percentile(sorted, share));
    return { p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99), p999Ms: at(0.999), maxMs: at(1) };
  }
}
