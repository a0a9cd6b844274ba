/**
 * Slows down clients that try wrong tokens: each further refusal of an address takes longer. A right token has nothing
 * to do with this, whatever its address has tried before.
 */
import { limitScope } from '../domain/ip-address.ts';

export type WrongTokensOptions = {
  /** A clock that only goes forward. */
  readonly elapsedMs: () => number;
  readonly pause: (ms: number) => Promise<unknown>;
  /** Called at once with each wrong token's address, for the log and the metric. */
  readonly onWrongToken: (ip: string) => void;
};

/** Of one address, or of one /64 network of IPv6. */
type Attempts = { count: number; lastMs: number };

/** A typing error costs nobody time. */
const undelayedAttempts = 3;
const firstDelayMs = 10;
const maxDelayMs = 1000;
/** An address that has tried nothing for so long begins anew. */
const forgetAfterMs = 10 * 60_000;
/** The least recent are forgotten first. */
const maxAddresses = 10_000;
/** Refusals that wait to be sent, of all addresses; each holds a request in memory. */
const maxWaiting = 1000;

export class WrongTokens {
  readonly #options: WrongTokensOptions;
  readonly #attempts = new Map<string, Attempts>();
  #waiting = 0;

  constructor(options: WrongTokensOptions) {
    this.#options = options;
  }

  /** Resolves when the refusal may be sent. @returns whether the connection may stay open. */
  async delayRefusal(ip: string): Promise<boolean> {
    const { onWrongToken, pause } = this.#options;
    onWrongToken(ip);
    const delayMs = delayAfter(this.#countAttempt(limitScope(ip)));
    if (delayMs === 0) return true;
    if (this.#waiting >= maxWaiting) return false;
    this.#waiting += 1;
    try {
      await pause(delayMs);
      return true;
    } finally {
      this.#waiting -= 1;
    }
  }

  #countAttempt(scope: string): number {
    const nowMs = this.#options.elapsedMs();
    const known = this.#attempts.get(scope);
    const isRecent = known !== undefined && nowMs - known.lastMs < forgetAfterMs;
    const count = isRecent ? known.count + 1 : 1;
    // Taken out and put back, it is the most recent.
    this.#attempts.delete(scope);
    this.#attempts.set(scope, { count, lastMs: nowMs });
    if (this.#attempts.size > maxAddresses) {
      const [oldest] = this.#attempts.keys();
      this.#attempts.delete(oldest as string);
    }
    return count;
  }
}

/** Doubles with each attempt. */
function delayAfter(attempts: number): number {
  if (attempts <= undelayedAttempts) return 0;
  return Math.min(firstDelayMs * 2 ** (attempts - undelayedAttempts - 1), maxDelayMs);
}
