/**
 * The port of the rate limiter, which counts the weights of each IP address in clock-aligned minutes and bans
 * addresses.
 *
 * Every limiter decides by the rules of domain/rate-limit.ts. A process enforces a ban that it knows until the ban ends
 * or is lifted, even if Redis or the store is unavailable.
 */
import type { BanRecord, RateLimitDecision } from '../domain/rate-limit.ts';

/**
 * This many requests above the limit are tolerated per window without a ban, because they may already have been in
 * flight.
 */
export const toleratedAfterLimit = 5;

export type Limiter = {
  /** 0: unlimited. */
  readonly weightPerMinute: number;
  /**
   * Counts a request and decides on it, asynchronously only if the counts are shared. The promise never rejects. `ip`
   * is the result of `limitScope`.
   */
  take(ip: string, weight: number, nowMs: number): RateLimitDecision | Promise<RateLimitDecision>;
  /**
   * Replaces the stored bans. A ban that was stored and no longer is has been lifted; the usage of its address is then
   * reset.
   */
  replaceBans(bans: ReadonlyMap<string, BanRecord>): void;
  /** Resolves when the bans that this process made are stored, so that a restart does not end them. */
  close(): Promise<void>;
};
