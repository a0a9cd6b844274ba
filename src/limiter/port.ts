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
export type OperationCounter = { readonly name: string; readonly limit: WeightLimit };

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
    counter?: OperationCounter,
  ): RateLimitDecision | Promise<RateLimitDecision>;
  /**
   * Replaces the stored bans. A stored ban that is missing from `bans` was lifted: the usage of the shared pool by its
   * address is then reset.
   */
  replaceBans(bans: ReadonlyMap<string, BanRecord>): void;
  /**
   * The world time was moved forward from `sinceMs`. Bans that ended in between may have begun in the current window of
   * wire time, so the usage of the shared pool by their addresses is reset. Without a move, the window in which a ban
   * began ends before the ban does.
   */
  noteTimeMoved(sinceMs: number, arrival: Arrival): void;
  /**
   * The scopes that requests to this process have brought above a limit, except banned ones, with the end (wire time, ms)
   * of the window in which they are rejected. An id is a scope, after the name of its counter and a colon if it has one.
   */
  limitedScopes(arrival: Arrival): readonly { readonly id: string; readonly untilMs: number }[];
  /** Resolves when the bans that this process made are stored, so that a restart does not end them. */
  close(): Promise<void>;
};

/** The scope of the counters of an account; no address is written like this. */
export function accountScope(accountId: number): string {
  return `account-${accountId}`;
}
