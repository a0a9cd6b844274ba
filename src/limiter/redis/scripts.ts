/**
 * The Redis scripts of the limiter. Each call is one round trip that counts, compares and stores. The scripts do not
 * compute the duration of a ban: if a request requires a ban, the script reports this without counting, and the next
 * call supplies the ban.
 *
 * Every key begins with `bursar:` and contains one address or account in braces, so that a Redis cluster keeps its keys
 * on one node. Keys expire by the clock of Redis; all other times come from the callers.
 */
import { createHash } from 'node:crypto';
import {
  type Arrival,
  type BanRecord,
  type Usage,
  type WeightLimit,
  weightWindowMs,
  windowStart,
} from '../../domain/rate-limit.ts';
import { type OperationCounter, sharedPool } from '../port.ts';

/**
 * Without a `sha1` the full text is always sent, so that the order of calls is kept even if Redis has not loaded it
 * yet.
 */
export type RedisScript = { readonly text: string; readonly sha1: string | undefined };
export type RedisCall = readonly [script: RedisScript, keys: readonly string[], args: readonly string[]];

/** A usage is kept for at least this time, and for a second window, because the clocks of processes may differ. */
const minKeptMs = 10_000;
/** Redis only shares bans faster; the other processes read them from the store long before this time. */
const banSharedMs = 10 * 60_000;

const usageKey = (scope: string, startMs: number, counter?: OperationCounter) =>
  counter === undefined
    ? `bursar:{${scope}}:weight:${startMs}`
    : `bursar:{${scope}}:weight:${counter.name}:${startMs}`;
const banKey = (scope: string) => `bursar:{${scope}}:ban`;

/** `wanted`: nothing was counted, because the request requires a ban. `begun`: the supplied ban was stored. */
const statuses = ['counted', 'wanted', 'begun'] as const;

/**
 * KEYS usage, ban. ARGV weight, now, limit, maximum requests above it, lifetime of the usage; if a ban is supplied: its
 * end, its offences, its maker, its lifetime.
 */
const takeText = `
local usage = redis.call('HMGET', KEYS[1], 'weight', 'limited')
local ban = redis.call('HMGET', KEYS[2], 'until', 'offences', 'offence', 'maker')
local weight, limited = tonumber(usage[1] or 0), tonumber(usage[2] or 0)
local function reply(status)
  if not ban[1] then return {status, weight, limited} end
  return {status, weight, limited, ban[1], ban[2], ban[3], ban[4]}
end
local function store()
  redis.call('HSET', KEYS[1], 'weight', weight, 'limited', limited)
  if not usage[1] then redis.call('PEXPIRE', KEYS[1], ARGV[5]) end
end
if ban[1] and tonumber(ARGV[2]) < tonumber(ban[1]) then return reply(0) end
local counted = weight + tonumber(ARGV[1])
if counted > tonumber(ARGV[3]) then
  if limited >= tonumber(ARGV[4]) then
    if not ARGV[6] then return reply(1) end
    weight, limited = counted, 0
    store()
    redis.call('HSET', KEYS[2], 'until', ARGV[6], 'offences', ARGV[7], 'offence', ARGV[2], 'maker', ARGV[8])
    redis.call('PEXPIRE', KEYS[2], ARGV[9])
    return {2, weight, limited}
  end
  limited = limited + 1
end
weight = counted
store()
return reply(0)
`;
const takeScript: RedisScript = { text: takeText, sha1: createHash('sha1').update(takeText).digest('hex') };

/**
 * KEYS ban, usage of the window in which it began. ARGV time of the forgiven offence, lifetime of the record of the
 * lift. That record, a ban without end and offences, informs the processes that know the ban; a later ban is not
 * changed.
 */
const liftText = `
local ban = redis.call('HMGET', KEYS[1], 'offence', 'offences')
local offence, forgiven = tonumber(ban[1] or -1), tonumber(ARGV[1])
if offence > forgiven or (offence == forgiven and ban[2] == '0') then return 0 end
redis.call('HSET', KEYS[1], 'until', '0', 'offences', '0', 'offence', ARGV[1], 'maker', '')
redis.call('PEXPIRE', KEYS[1], ARGV[2])
redis.call('DEL', KEYS[2])
return 1
`;
/** Sent in full, so that later requests find the ban lifted. */
const liftScript: RedisScript = { text: liftText, sha1: undefined };

/** Instead of a number of limited requests, where there are no bans. */
const unbounded = Number.MAX_SAFE_INTEGER;

/** A ban in Redis. A ban without offences means that it and all earlier ones were lifted. */
export type SharedBan = { readonly ban: BanRecord; readonly maker: string };

export type TakenRequest = {
  readonly scope: string;
  readonly weight: number;
  readonly arrival: Arrival;
  /** undefined: the shared pool. */
  readonly counter: OperationCounter | undefined;
  readonly limit: WeightLimit;
};

/** `offer` is the ban to store if the request requires one. */
export function callTake(
  { scope, weight, arrival, counter, limit }: TakenRequest,
  offer?: SharedBan,
): RedisCall {
  const { windowMs, toleratedAfterLimit } = limit;
  const keys = [usageKey(scope, windowStart(arrival.wireMs, windowMs), counter), banKey(scope)];
  const maxLimited = toleratedAfterLimit === null ? unbounded : 1 + toleratedAfterLimit;
  const keptMs = Math.max(2 * windowMs, minKeptMs);
  const args = [weight, arrival.nowMs, limit.weight, maxLimited, keptMs].map(String);
  if (offer === undefined) return [takeScript, keys, args];
  const { ban, maker } = offer;
  const begins = [String(ban.bannedUntilMs), String(ban.offences), maker, String(banSharedMs)];
  return [takeScript, keys, [...args, ...begins]];
}

export function callLift(ip: string, { lastOffenceMs }: BanRecord): RedisCall {
  const keys = [banKey(ip), usageKey(ip, windowStart(lastOffenceMs, weightWindowMs))];
  return [liftScript, keys, [String(lastOffenceMs), String(banSharedMs)]];
}

/** KEYS usage of a window, which is forgotten. */
const forgetScript: RedisScript = { text: "return redis.call('DEL', KEYS[1])", sha1: undefined };

/** Forgets the usage of the shared pool by an address in the current window. */
export function callForget(ip: string, { wireMs }: Arrival): RedisCall {
  return [forgetScript, [usageKey(ip, windowStart(wireMs, weightWindowMs))], []];
}

/** Probes a connection: a server that can answer this call can answer every call. */
export const callProbe = callTake({
  scope: 'nobody',
  weight: 0,
  arrival: { wireMs: 0, nowMs: 0 },
  counter: undefined,
  limit: sharedPool(1),
});

export type Taken = {
  readonly status: (typeof statuses)[number];
  readonly usage: Usage;
  readonly shared: SharedBan | undefined;
};

export function readTaken(reply: unknown, { arrival, limit }: TakenRequest): Taken {
  // cast: the script returns these.
  const [status, usedWeight, limitedRequests, until, offences, offence, maker] = reply as [
    number,
    number,
    number,
    ...Partial<[string, string, string, string]>,
  ];
  const usage = { windowStartMs: windowStart(arrival.wireMs, limit.windowMs), usedWeight, limitedRequests };
  const ban = {
    bannedUntilMs: Number(until),
    offences: Number(offences),
    lastOffenceMs: Number(offence),
  };
  return {
    status: statuses[status] ?? 'counted',
    usage,
    shared: until === undefined ? undefined : { ban, maker: maker ?? '' },
  };
}
