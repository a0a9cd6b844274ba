/**
 * Logs what goes wrong again and again: at once, and then once in a while with how often since. An outage of the
 * database must not bury its cause in the log.
 */
import type { TimeSource } from '../clock/clock.ts';
import type { Logger } from './log.ts';

const againAfterMs = 60_000;

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

  tell(what: string, message: string): void {
    const nowMs = this.#time.now();
    const repeated = this.#repeated.get(what) ?? { lastLoggedMs: Number.NEGATIVE_INFINITY, suppressed: 0 };
    this.#repeated.set(what, repeated);
    if (nowMs - repeated.lastLoggedMs < againAfterMs) {
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
