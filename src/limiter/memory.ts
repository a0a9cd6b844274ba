/** Counts the request weights of each IP address in this process alone. Its decisions are synchronous. */
import {
  type BanRecord,
  decide,
  type IpUsage,
  type RateLimitDecision,
  weightWindowMs,
  windowStart,
} from '../domain/rate-limit.ts';
import type { KnownBans } from './bans.ts';
import { type Limiter, toleratedAfterLimit } from './port.ts';

export class MemoryLimiter implements Limiter {
  readonly weightPerMinute: number;
  readonly #bans: KnownBans;
  readonly #usage = new Map<string, IpUsage>();
  #windowStartMs = 0;

  constructor(weightPerMinute: number, bans: KnownBans) {
    this.weightPerMinute = weightPerMinute;
    this.#bans = bans;
  }

  take(ip: string, weight: number, nowMs: number): RateLimitDecision {
    this.#enterWindow(windowStart(nowMs, weightWindowMs));
    const ban = this.#bans.get(ip);
    const decision = decide(
      this.#usage.get(ip),
      ban,
      weight,
      nowMs,
      this.weightPerMinute,
      toleratedAfterLimit,
    );
    this.#usage.set(ip, decision.usage);
    if (decision.ban !== undefined && decision.ban !== ban) this.#bans.make(ip, decision.ban);
    return decision;
  }

  /** Sets the usage of an address to a count from elsewhere, from which this limiter continues. */
  resumeFrom(ip: string, usage: IpUsage): void {
    this.#enterWindow(usage.windowStartMs);
    this.#usage.set(ip, usage);
  }

  /** @returns the bans that were lifted. */
  replaceBans(bans: ReadonlyMap<string, BanRecord>): Map<string, BanRecord> {
    const lifted = this.#bans.replace(bans);
    for (const [ip, ban] of lifted) {
      if (windowStart(ban.lastOffenceMs, weightWindowMs) === this.#windowStartMs) this.#usage.delete(ip);
    }
    return lifted;
  }

  close(): Promise<void> {
    return this.#bans.waitForWrites();
  }

  #enterWindow(startMs: number): void {
    if (startMs === this.#windowStartMs) return;
    this.#windowStartMs = startMs;
    this.#usage.clear();
  }
}
