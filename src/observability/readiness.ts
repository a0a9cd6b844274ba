/**
 * Whether this process can serve: its store answers, it hears what other processes change, and it is not about to stop. The maintenance of the exchange is
 * something else: then it serves, and says so.
 */
import type { Timeline } from '../clock/clock.ts';
import { feedLimits } from '../store/feed-limits.ts';
import type { ReadinessReport } from './probes.ts';
import { throttled } from './throttled.ts';

const answersWithinMs = 1000;
const askedEveryMs = 1000;

export type ReadinessParts = {
  /** A trivial read. */
  readonly askStore: () => Promise<unknown>;
  /** For how long changes of other processes may have been missed; null where no other process writes. */
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
    this.#storeAnswers = throttled({ everyMs: askedEveryMs, patienceMs: answersWithinMs, time }, async () => {
      await askStore();
      return true;
    });
  }

  /** From now on it is not ready. */
  drain(): void {
    this.#draining = true;
  }

  async check(): Promise<ReadinessReport> {
    const answers = (await this.#storeAnswers()) ?? false;
    const hears = (this.#feedAgeMs() ?? 0) <= feedLimits.readyMs;
    return {
      ready: answers && hears && !this.#draining,
      store: answers ? 'ok' : 'unavailable',
      changeFeed: hears ? 'ok' : 'unavailable',
      draining: this.#draining,
    };
  }
}
