/**
 * Whether this process can serve: its store answers, and it is not about to stop. The maintenance of the exchange is
 * something else: then it serves, and says so.
 */
import type { ReadinessReport } from './probes.ts';
import { sparingly } from './sparingly.ts';

const answersWithinMs = 1000;
const askedEveryMs = 1000;

export class Readiness {
  readonly #storeAnswers: () => Promise<boolean | undefined>;
  #draining = false;

  /** `askStore` is a trivial read. */
  constructor(askStore: () => Promise<unknown>, elapsedMs: () => number) {
    this.#storeAnswers = sparingly(
      { everyMs: askedEveryMs, patienceMs: answersWithinMs, elapsedMs },
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
    return {
      ready: answers && !this.#draining,
      store: answers ? 'ok' : 'unavailable',
      draining: this.#draining,
    };
  }
}
