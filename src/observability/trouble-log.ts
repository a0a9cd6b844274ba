/**
 * Logs what goes wrong again and again: at once, and then once in a while with how often since. An outage of the
 * database must not bury its cause in the log.
 */
import type { Logger } from './log.ts';

const againAfterMs = 60_000;

type Trouble = { toldMs: number; untold: number };

export class TroubleLog {
  readonly #log: Pick<Logger, 'error' | 'warn'>;
  readonly #level: 'error' | 'warn';
  readonly #elapsedMs: () => number;
  readonly #troubles = new Map<string, Trouble>();

  constructor(
    log: Pick<Logger, 'error' | 'warn'>,
    elapsedMs: () => number,
    level: 'error' | 'warn' = 'error',
  ) {
    this.#log = log;
    this.#level = level;
    this.#elapsedMs = elapsedMs;
  }

  tell(what: string, message: string): void {
    const nowMs = this.#elapsedMs();
    const trouble = this.#troubles.get(what) ?? { toldMs: Number.NEGATIVE_INFINITY, untold: 0 };
    this.#troubles.set(what, trouble);
    if (nowMs - trouble.toldMs < againAfterMs) {
      trouble.untold += 1;
      return;
    }
    this.#log[this.#level]({ what, ...(trouble.untold > 0 && { alsoFailed: trouble.untold }) }, message);
    trouble.toldMs = nowMs;
    trouble.untold = 0;
  }
}
