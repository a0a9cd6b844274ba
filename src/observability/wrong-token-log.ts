/**
 * Logs wrong operator tokens: the first at once, then one line every ten seconds with the number since, so that an attack
 * does not flood the log.
 */
import type { Timers } from '../clock/clock.ts';
import type { Logger } from './log.ts';

const intervalMs = 10_000;

export class WrongTokenLog {
  readonly #log: Pick<Logger, 'warn'>;
  readonly #timers: Timers;
  #unlogged = 0;
  #lastIp = '';
  #isQuiet = false;

  /** @param timers monotonic. */
  constructor(log: Pick<Logger, 'warn'>, timers: Timers) {
    this.#log = log;
    this.#timers = timers;
  }

  record(ip: string): void {
    this.#unlogged += 1;
    this.#lastIp = ip;
    if (!this.#isQuiet) this.#write();
  }

  #write(): void {
    this.#log.warn({ ip: this.#lastIp, attempts: this.#unlogged }, 'wrong operator token');
    this.#unlogged = 0;
    this.#isQuiet = true;
    this.#timers.after(intervalMs, () => this.#endInterval(), { ref: false });
  }

  #endInterval(): void {
    this.#isQuiet = false;
    if (this.#unlogged > 0) this.#write();
  }
}
