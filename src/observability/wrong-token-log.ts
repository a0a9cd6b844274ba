/**
 * Warns of wrong operator tokens: of the first at once, then every ten seconds of those since, so that an attack does not
 * fill the log.
 */
import type { Logger } from './log.ts';

const intervalMs = 10_000;

export class WrongTokenLog {
  readonly #log: Pick<Logger, 'warn'>;
  #unlogged = 0;
  #lastIp = '';
  #isQuiet = false;

  constructor(log: Pick<Logger, 'warn'>) {
    this.#log = log;
  }

  note(ip: string): void {
    this.#unlogged += 1;
    this.#lastIp = ip;
    if (!this.#isQuiet) this.#write();
  }

  #write(): void {
    this.#log.warn({ ip: this.#lastIp, attempts: this.#unlogged }, 'wrong operator token');
    this.#unlogged = 0;
    this.#isQuiet = true;
    setTimeout(() => this.#endInterval(), intervalMs).unref();
  }

  #endInterval(): void {
    this.#isQuiet = false;
    if (this.#unlogged > 0) this.#write();
  }
}
