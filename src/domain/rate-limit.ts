/**
 * Request weights in clock-aligned windows: of an IP address in the pool that operations share, with bans of addresses
 * that continue after a 429; and of an IP address or an account in a counter of one operation, which bans nobody.
 *
 * Guarantees: pure, without mutation; every request counts its weight, rejected ones too, except while its address is
 * banned; a ban never ends early and is not extended by requests during it.
 *
 * spec: "continuing to send requests after receiving 429 codes" is implemented as: the first request over the limit and
 * `toleratedAfterLimit` further ones in the same window are answered 429; the next one bans the address (418).
 * spec: "IP bans are tracked and scale in duration for repeat offenders, from 2 minutes to 3 days".
 */
import { present } from '../boundary/present.ts';

/** Usage of one address or account in one window. `limitedRequests` counts 429 answers since the window or the last ban began. */
export type Usage = { windowStartMs: number; usedWeight: number; limitedRequests: number };

/** `offences` is the step reached on the ladder of ban durations, from 1; it outlives the ban for repeat offences. */
export type BanRecord = { bannedUntilMs: number; offences: number; lastOffenceMs: number };

/**
 * served: proceed. limited: HTTP 429. banned: HTTP 418.
 * `usage` and `ban` replace the input; if `ban` is a different object, it is new and must be stored.
 * `retryAfterSeconds` is 0 if served, else at least 1.
 */
export type RateLimitDecision = {
  outcome: 'served' | 'limited' | 'banned';
  usage: Usage;
  ban: BanRecord | undefined;
  retryAfterSeconds: number;
};

/** Arrival of a request. Windows are counted by the time on the wire, bans by the time of the world, both in ms. */
export type Arrival = { readonly wireMs: number; readonly nowMs: number };

export type WeightLimit = {
  /** Per window; 0: unlimited. */
  readonly weight: number;
  readonly windowMs: number;
  /**
   * The number of requests above the limit that are tolerated per window without a ban, after the first one; null: there
   * are no bans.
   */
  readonly toleratedAfterLimit: number | null;
};

/** The window of the shared pool. */
export const weightWindowMs = 60_000;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const repeatOffenceMs = 7 * dayMs;

export const banLadderMs: readonly number[] = [
  2 * minuteMs,
  10 * minuteMs,
  hourMs,
  6 * hourMs,
  dayMs,
  3 * dayMs,
];

export function windowStart(nowMs: number, windowMs: number): number {
  return Math.floor(nowMs / windowMs) * windowMs;
}

export function countWeight(
  usage: Usage | undefined,
  weight: number,
  nowMs: number,
  windowMs: number,
): Usage {
  const windowStartMs = windowStart(nowMs, windowMs);
  if (usage === undefined || usage.windowStartMs !== windowStartMs) {
    return { windowStartMs, usedWeight: weight, limitedRequests: 0 };
  }
  return { windowStartMs, usedWeight: usage.usedWeight + weight, limitedRequests: usage.limitedRequests };
}

/** One step up for an offence within a week of the last one, else the first step; the last step repeats. */
export function nextBan(previous: BanRecord | undefined, nowMs: number): BanRecord {
  const repeated = previous !== undefined && nowMs - previous.lastOffenceMs <= repeatOffenceMs;
  const offences = repeated ? previous.offences + 1 : 1;
  const durationMs = present(banLadderMs[Math.min(offences, banLadderMs.length) - 1]);
  return { bannedUntilMs: nowMs + durationMs, offences, lastOffenceMs: nowMs };
}

export function isRunning(ban: BanRecord | undefined, nowMs: number): ban is BanRecord {
  return ban !== undefined && nowMs < ban.bannedUntilMs;
}

/** @returns whether `ban` results from a later offence than `other`. */
export function isLater(ban: BanRecord, other: BanRecord | undefined): boolean {
  return other === undefined || ban.lastOffenceMs > other.lastOffenceMs;
}

/** Counts one request and decides. A limit of 0 limits nobody, but active bans stay in force. */
export function decide(
  usage: Usage | undefined,
  ban: BanRecord | undefined,
  weight: number,
  arrival: Arrival,
  limit: WeightLimit,
): RateLimitDecision {
  const { windowMs, toleratedAfterLimit } = limit;
  const { nowMs, wireMs } = arrival;
  if (isRunning(ban, nowMs)) return decisionFor(countWeight(usage, 0, wireMs, windowMs), ban, arrival, limit);
  const counted = countWeight(usage, weight, wireMs, windowMs);
  const { windowStartMs, usedWeight } = counted;
  if (isWithin(limit, usedWeight)) return decisionFor(counted, ban, arrival, limit);
  const limitedRequests = counted.limitedRequests + 1;
  if (toleratedAfterLimit === null || limitedRequests <= 1 + toleratedAfterLimit) {
    return decisionFor({ windowStartMs, usedWeight, limitedRequests }, ban, arrival, limit);
  }
  // The count restarts, so that an address whose ban is lifted by an operator is not banned by its next request.
  const spent = { windowStartMs, usedWeight, limitedRequests: 0 };
  return decisionFor(spent, nextBan(ban, nowMs), arrival, limit);
}

/** The decision on a request that `usage` already counts; `ban` may have begun with it. */
export function decisionFor(
  usage: Usage,
  ban: BanRecord | undefined,
  { nowMs, wireMs }: Arrival,
  limit: WeightLimit,
): RateLimitDecision {
  if (isRunning(ban, nowMs)) return notServed('banned', usage, ban, ban.bannedUntilMs, nowMs);
  if (isWithin(limit, usage.usedWeight)) return { outcome: 'served', usage, ban, retryAfterSeconds: 0 };
  return notServed('limited', usage, ban, usage.windowStartMs + limit.windowMs, wireMs);
}

function isWithin({ weight }: WeightLimit, usedWeight: number): boolean {
  return weight === 0 || usedWeight <= weight;
}

/** `untilMs` is after `nowMs`, so rounding up gives at least one second. */
function notServed(
  outcome: 'limited' | 'banned',
  usage: Usage,
  ban: BanRecord | undefined,
  untilMs: number,
  nowMs: number,
): RateLimitDecision {
  return { outcome, usage, ban, retryAfterSeconds: Math.ceil((untilMs - nowMs) / 1000) };
}
