/**
 * Tells of work that fails again and again: at once, and then once in a while with how often since. An outage of the
 * database must not bury its cause in the log.
 */
import type { Logger } from './log.ts';

const againAfterMs = 60_000;

type Trouble = { toldMs: number; untold: number };

export class TroubleLog {
  readonly #log: Pick<Logger, 'error'>;
  readonly #elapsedMs: () => number;
  readonly #troubles = new Map<string, Trouble>();

  constructor(log: Pick<Logger, 'error'>, elapsedMs: () => number) {
    this.#log = log;
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
    this.#log.error({ what, ...(trouble.untold > 0 && { alsoFailed: trouble.untold }) }, message);
    trouble.toldMs = nowMs;
    trouble.untold = 0;
  }
}
