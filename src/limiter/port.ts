/**
 * The port of the rate limiter, which counts request weights in clock-aligned windows and bans addresses.
 *
 * Every limiter decides by the rules of domain/rate-limit.ts. A process enforces a ban that it knows until the ban ends
 * or is lifted, even if Redis or the store is unavailable.
 */
import {
  type Arrival,
  type BanRecord,
  type RateLimitDecision,
  type WeightLimit,
  weightWindowMs,
} from '../domain/rate-limit.ts';

/**
 * This many requests above the limit are tolerated per window without a ban, because they may already have been in
 * flight.
 */
export const toleratedAfterLimit = 5;

/** The pool that operations share. @param weightPerMinute 0: unlimited. */
export function sharedPool(weightPerMinute: number): WeightLimit {
  return { weight: weightPerMinute, windowMs: weightWindowMs, toleratedAfterLimit };
}

/** A counter of one operation. @param name without colons and braces. */
export type OwnCounter = { readonly name: string; readonly limit: WeightLimit };

export type Limiter = {
  /** The limit of the shared pool. 0: neither the pool nor any counter has a limit. */
  readonly weightPerMinute: number;
  /**
   * Counts a request and decides on it, asynchronously only if the counts are shared. The promise never rejects.
   *
   * @param scope the result of `limitScope` for an address, or of `accountScope`. Only addresses can be banned; a banned
   *   one is rejected by every counter.
   * @param counter default: the shared pool.
   */
  take(
    scope: string,
    weight: number,
    arrival: Arrival,
    counter?: OwnCounter,
  ): RateLimitDecision | Promise<RateLimitDecision>;
  /**
   * Replaces the stored bans. A ban that was stored and no longer is has been lifted; the usage of the shared pool by its
   * address is then reset.
   */
  replaceBans(bans: ReadonlyMap<string, BanRecord>): void;
  /**
   * The time of the world was moved from `sinceMs`: resets the usage of the shared pool, in the window on the wire, by
   * addresses whose bans have ended on the way. Every ban lasts longer than a window, so without a move the window in
   * which it began has always ended before it.
   */
  noteMove(sinceMs: number, arrival: Arrival): void;
  /**
   * The scopes that requests to this process have brought above a limit, except banned ones, with the end (wire time, ms)
   * of the window in which they are rejected. The name of a counter is before its scope, with a colon between them.
   */
  limited(arrival: Arrival): readonly { readonly id: string; readonly untilMs: number }[];
  /** Resolves when the bans that this process made are stored, so that a restart does not end them. */
  close(): Promise<void>;
};

/** The scope of the counters of an account; no address is written like this. */
export function accountScope(accountId: number): string {
  return `account-${accountId}`;
}
