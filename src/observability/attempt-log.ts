/**
 * Logs failed attempts to use the operator API: the first at once, then one line every ten seconds with the last one and
 * the number since, so that an attack does not flood the log.
 */
import type { Timers } from '../clock/clock.ts';
import type { Logger } from './log.ts';

const intervalMs = 10_000;

export class AttemptLog<Fields extends { readonly ip: string }> {
  readonly #log: Pick<Logger, 'warn'>;
  readonly #timers: Timers;
  readonly #message: string;
  #unlogged = 0;
  #last: Fields | undefined;
  #isQuiet = false;

  /** @param timers monotonic. */
  constructor(log: Pick<Logger, 'warn'>, timers: Timers, message: string) {
    this.#log = log;
    this.#timers = timers;
    this.#message = message;
  }

  record(fields: Fields): void {
    this.#unlogged += 1;
    this.#last = fields;
    if (!this.#isQuiet) this.#write();
  }

  #write(): void {
    this.#log.warn({ ...this.#last, attempts: this.#unlogged }, this.#message);
    this.#unlogged = 0;
    this.#isQuiet = true;
    this.#timers.after(intervalMs, () => this.#endInterval(), { ref: false });
  }

  #endInterval(): void {
    this.#isQuiet = false;
    if (this.#unlogged > 0) this.#write();
  }
}
