/** Counts request weights in this process alone. Its decisions are synchronous. */
import {
  type Arrival,
  type BanRecord,
  decide,
  type RateLimitDecision,
  type Usage,
  type WeightLimit,
  weightWindowMs,
  windowStart,
} from '../domain/rate-limit.ts';
import type { KnownBans } from './bans.ts';
import { type Limiter, type OperationCounter, sharedPool } from './port.ts';

export class MemoryLimiter implements Limiter {
  readonly weightPerMinute: number;
  readonly #bans: KnownBans;
  readonly #pool: WeightLimit;
  readonly #windows = new Map<number, UsageWindow>();

  constructor(weightPerMinute: number, bans: KnownBans) {
    this.weightPerMinute = weightPerMinute;
    this.#bans = bans;
    this.#pool = sharedPool(weightPerMinute);
  }

  take(scope: string, weight: number, arrival: Arrival, counter?: OperationCounter): RateLimitDecision {
    const limit = this.#limitOf(counter);
    const key = keyOf(scope, counter);
    const usage = this.#usageSince(windowStart(arrival.wireMs, limit.windowMs), limit.windowMs);
    const ban = this.#bans.get(scope);
    const decision = decide(usage.get(key), ban, weight, arrival, limit);
    usage.set(key, decision.usage);
    if (decision.ban !== undefined && decision.ban !== ban) this.#bans.make(scope, decision.ban);
    return decision;
  }

  /** Sets a usage to a count from elsewhere, from which this limiter continues. */
  resumeFrom(scope: string, usage: Usage, counter?: OperationCounter): void {
    const { windowMs } = this.#limitOf(counter);
    this.#usageSince(usage.windowStartMs, windowMs).set(keyOf(scope, counter), usage);
  }

  /** @returns the bans that were lifted. */
  replaceBans(bans: ReadonlyMap<string, BanRecord>): Map<string, BanRecord> {
    const lifted = this.#bans.replace(bans);
    const current = this.#windows.get(weightWindowMs);
    for (const [ip, ban] of lifted) {
      if (windowStart(ban.lastOffenceMs, weightWindowMs) === current?.startMs)
        current.usage.delete(keyOf(ip, undefined));
    }
    return lifted;
  }

  noteTimeMoved(sinceMs: number, { nowMs }: Arrival): void {
    const current = this.#windows.get(weightWindowMs);
    for (const ip of this.#bans.endedBetween(sinceMs, nowMs)) current?.usage.delete(keyOf(ip, undefined));
  }

  limitedScopes({ wireMs }: Arrival): ReturnType<Limiter['limitedScopes']> {
    return [...this.#windows].flatMap(([windowMs, { startMs, usage }]) =>
      startMs === windowStart(wireMs, windowMs)
        ? [...usage]
            .filter(([, { limitedRequests }]) => limitedRequests > 0)
            .map(([id]) => ({ id, untilMs: startMs + windowMs }))
        : [],
    );
  }

  close(): Promise<void> {
    return this.#bans.waitForWrites();
  }

  #limitOf(counter: OperationCounter | undefined): WeightLimit {
    if (counter === undefined) return this.#pool;
    return this.weightPerMinute === 0 ? { ...counter.limit, weight: 0 } : counter.limit;
  }

  /** The usage in a window. That of the window before is dropped, so that the memory is bounded. */
  #usageSince(startMs: number, windowMs: number): Map<string, Usage> {
    const current = this.#windows.get(windowMs);
    if (current?.startMs === startMs) return current.usage;
    const usage = current?.usage ?? new Map<string, Usage>();
    usage.clear();
    this.#windows.set(windowMs, { startMs, usage });
    return usage;
  }
}

/** The current window of one length. */
type UsageWindow = { readonly startMs: number; readonly usage: Map<string, Usage> };

function keyOf(scope: string, counter: OperationCounter | undefined): string {
  return counter === undefined ? scope : `${counter.name}:${scope}`;
}
