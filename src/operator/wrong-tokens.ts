/**
 * Slows down clients that try wrong tokens: each further rejection of an address is delayed longer. Requests with the
 * right token are never delayed.
 */
import { present } from '../boundary/present.ts';
import { pause, type Timeline } from '../clock/clock.ts';
import { limitScope } from '../domain/ip-address.ts';

export type WrongTokensOptions = {
  /** Monotonic. */
  readonly time: Timeline;
  /** Called immediately with the address of each wrong token, for the log and the metric. */
  readonly onWrongToken: (ip: string) => void;
};

/** Attempts of one IPv4 address or one /64 network of IPv6. */
type Attempts = { count: number; lastMs: number };

/** The first attempts are not delayed, because they may be typing errors. */
const undelayedAttempts = 3;
const firstDelayMs = 10;
const maxDelayMs = 1000;
/** The attempts of an address are forgotten after this time without another one. */
const forgetAfterMs = 10 * 60_000;
/** At most this many addresses are remembered; the least recent are forgotten first. */
const maxAddresses = 10_000;
/** At most this many rejections are delayed at a time, because each keeps a request in memory. */
const maxWaiting = 1000;

export class WrongTokens {
  readonly #options: WrongTokensOptions;
  readonly #attempts = new Map<string, Attempts>();
  #waiting = 0;

  constructor(options: WrongTokensOptions) {
    this.#options = options;
  }

  /** Resolves when the rejection may be sent. @returns whether the connection may stay open. */
  async delayRejection(ip: string): Promise<boolean> {
    this.#options.onWrongToken(ip);
    return this.delayFailure(ip);
  }

  /** As `delayRejection`, for a failed sign-in, which is logged and counted as such. */
  async delayFailure(ip: string): Promise<boolean> {
    const delayMs = delayAfter(this.#countAttempt(limitScope(ip)));
    if (delayMs === 0) return true;
    if (this.#waiting >= maxWaiting) return false;
    this.#waiting += 1;
    try {
      await pause(this.#options.time, delayMs);
      return true;
    } finally {
      this.#waiting -= 1;
    }
  }

  #countAttempt(scope: string): number {
    const nowMs = this.#options.time.now();
    const known = this.#attempts.get(scope);
    const isRecent = known !== undefined && nowMs - known.lastMs < forgetAfterMs;
    const count = isRecent ? known.count + 1 : 1;
    // Deleting and inserting the key makes it the most recent.
    this.#attempts.delete(scope);
    this.#attempts.set(scope, { count, lastMs: nowMs });
    if (this.#attempts.size > maxAddresses) {
      const [oldest] = this.#attempts.keys();
      this.#attempts.delete(present(oldest));
    }
    return count;
  }
}

/** The delay doubles with each attempt. */
function delayAfter(attempts: number): number {
  if (attempts <= undelayedAttempts) return 0;
  return Math.min(firstDelayMs * 2 ** (attempts - undelayedAttempts - 1), maxDelayMs);
}
