/**
 * The port through which the edge limits its callers: the weights of each IP address in clock-aligned minutes, and bans.
 *
 * Every limiter decides by the rules of domain/rate-limit.ts. A ban that a process knows holds there until it ends or is
 * lifted, whatever becomes of what it is shared through.
 */
import type { BanRecord, RateLimitDecision } from '../domain/rate-limit.ts';

/** So many requests beyond the limit are forgiven in a window: they may have been under way. */
export const toleratedAfterLimit = 5;

export type Limiter = {
  /** 0: unlimited. */
  readonly weightPerMinute: number;
  /**
   * Counts a request and says what becomes of it: at once, unless it has to be asked for elsewhere. Never rejects. `ip` is
   * what `limitScope` makes of an address.
   */
  take(ip: string, weight: number, nowMs: number): RateLimitDecision | Promise<RateLimitDecision>;
  /**
   * Takes the stored bans as they are now. A ban that was among them and no longer is has been lifted: what its address
   * had used up is forgiven.
   */
  replaceBans(bans: ReadonlyMap<string, BanRecord>): void;
  /** Resolves when the bans that were made here are kept, so that a restart does not end them. */
  close(): Promise<void>;
};
