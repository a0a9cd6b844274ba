/**
 * Whether this process can serve: its store answers, changes of other processes are received, and it is not about to
 * stop. During maintenance of the exchange the server is ready: it can still answer.
 */
import type { Timeline } from '../clock/clock.ts';
import { feedLimits } from '../store/feed-limits.ts';
import type { ReadinessReport } from './probes.ts';
import { throttled } from './throttled.ts';

const storeTimeoutMs = 1000;
const storeIntervalMs = 1000;

export type ReadinessParts = {
  /** A trivial read. */
  readonly askStore: () => Promise<unknown>;
  /** Time for which changes of other processes may have been missed, ms; null if no other process writes. */
  readonly feedAgeMs: () => number | null;
  /** Monotonic. */
  readonly time: Timeline;
};

export class Readiness {
  readonly #feedAgeMs: ReadinessParts['feedAgeMs'];
  readonly #storeAnswers: () => Promise<boolean | undefined>;
  #draining = false;

  constructor({ askStore, feedAgeMs, time }: ReadinessParts) {
    this.#feedAgeMs = feedAgeMs;
    this.#storeAnswers = throttled(
      { intervalMs: storeIntervalMs, timeoutMs: storeTimeoutMs, time },
      async () => {
        await askStore();
        return true;
      },
    );
  }

  /** From now on it is not ready. */
  drain(): void {
    this.#draining = true;
  }

  async check(): Promise<ReadinessReport> {
    const answers = (await this.#storeAnswers()) ?? false;
    const receives = (this.#feedAgeMs() ?? 0) <= feedLimits.readyMs;
    return {
      ready: answers && receives && !this.#draining,
      store: answers ? 'ok' : 'unavailable',
      changeFeed: receives ? 'ok' : 'unavailable',
      draining: this.#draining,
    };
  }
}
