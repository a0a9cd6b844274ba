/**
 * Logs repeated errors: the first at once, and then at most one a minute with the number of errors that were not
 * logged, so that an outage of the database does not flood the log.
 */
import type { TimeSource } from '../clock/clock.ts';
import type { Logger } from './log.ts';

const intervalMs = 60_000;

type RepeatedError = { lastLoggedMs: number; suppressed: number };

export class ThrottledErrorLog {
  readonly #log: Pick<Logger, 'error' | 'warn'>;
  readonly #level: 'error' | 'warn';
  readonly #time: TimeSource;
  readonly #repeated = new Map<string, RepeatedError>();

  /** @param time monotonic. */
  constructor(log: Pick<Logger, 'error' | 'warn'>, time: TimeSource, level: 'error' | 'warn' = 'error') {
    this.#log = log;
    this.#level = level;
    this.#time = time;
  }

  /** @param what identifies the error; each has its own interval. */
  log(what: string, message: string): void {
    const nowMs = this.#time.now();
    const repeated = this.#repeated.get(what) ?? { lastLoggedMs: Number.NEGATIVE_INFINITY, suppressed: 0 };
    this.#repeated.set(what, repeated);
    if (nowMs - repeated.lastLoggedMs < intervalMs) {
      repeated.suppressed += 1;
      return;
    }
    this.#log[this.#level](
      { what, ...(repeated.suppressed > 0 && { alsoFailed: repeated.suppressed }) },
      message,
    );
    repeated.lastLoggedMs = nowMs;
    repeated.suppressed = 0;
  }
}
