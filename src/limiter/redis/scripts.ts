/**
 * What Redis does for the limiter, one script to a round trip: it counts, compares and stores. How long a ban lasts is
 * none of its business: where the count asks for a ban it says so, counts nothing, and is given one with the next call.
 *
 * Every key begins with `bursar:`, holds one address (in braces, so that a cluster keeps its keys together) and expires
 * by the clock of Redis; all other times are those of the callers.
 */
import { createHash } from 'node:crypto';
import { type BanRecord, type IpUsage, weightWindowMs, windowStart } from '../../domain/rate-limit.ts';
import { toleratedAfterLimit } from '../port.ts';

/** Without a `sha1` it is always sent whole, and keeps its place among the calls also when Redis has not seen it yet. */
export type RedisScript = { readonly text: string; readonly sha1: string | undefined };
export type RedisCall = readonly [script: RedisScript, keys: readonly string[], args: readonly string[]];

/** Clocks may differ by the second of these minutes. */
const usageKeptMs = 2 * weightWindowMs;
/** Redis is the fast way to the other processes; long before this the store has told them too. */
const banSharedMs = 10 * 60_000;

const usageKey = (ip: string, startMs: number) => `bursar:{${ip}}:weight:${startMs}`;
const banKey = (ip: string) => `bursar:{${ip}}:ban`;

/** `wanted`: nothing was counted, as with this request a ban begins. `begun`: with the one that was handed in. */
const statuses = ['counted', 'wanted', 'begun'] as const;

/**
 * KEYS usage, ban. ARGV weight, now, limit, most requests beyond it, lifetime of the usage; and with a ban that may
 * begin: its end, its offences, its maker, its lifetime.
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
 * KEYS ban, usage of the window in which it began. ARGV the offence that is forgiven, lifetime of the record of that. The
 * record, a ban without end and offences, tells whoever has heard of the ban; a later ban stays.
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
/** The requests that follow it find the ban lifted. */
const liftScript: RedisScript = { text: liftText, sha1: undefined };

const maxLimited = String(1 + toleratedAfterLimit);

/** A ban as Redis holds it. One without offences has been lifted, and all before it. */
export type SharedBan = { readonly ban: BanRecord; readonly maker: string };

/** `offer` begins if the count asks for a ban. */
export function callTake(
  ip: string,
  weight: number,
  nowMs: number,
  weightLimit: number,
  offer?: SharedBan,
): RedisCall {
  const keys = [usageKey(ip, windowStart(nowMs, weightWindowMs)), banKey(ip)];
  const args = [String(weight), String(nowMs), String(weightLimit), maxLimited, String(usageKeptMs)];
  if (offer === undefined) return [takeScript, keys, args];
  const { ban, maker } = offer;
  const begins = [String(ban.bannedUntilMs), String(ban.offences), maker, String(banSharedMs)];
  return [takeScript, keys, [...args, ...begins]];
}

export function callLift(ip: string, { lastOffenceMs }: BanRecord): RedisCall {
  const keys = [banKey(ip), usageKey(ip, windowStart(lastOffenceMs, weightWindowMs))];
  return [liftScript, keys, [String(lastOffenceMs), String(banSharedMs)]];
}

/** A request of nobody: what answers it can answer all. */
export const callProbe = callTake('nobody', 0, 0, 1);

export type Taken = {
  readonly status: (typeof statuses)[number];
  readonly usage: IpUsage;
  readonly shared: SharedBan | undefined;
};

export function readTaken(reply: unknown, nowMs: number): Taken {
  const [status, usedWeight, limitedRequests, until, offences, offence, maker] = reply as [
    number,
    number,
    number,
    ...Partial<[string, string, string, string]>,
  ];
  const usage = { windowStartMs: windowStart(nowMs, weightWindowMs), usedWeight, limitedRequests };
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
