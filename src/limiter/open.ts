/** Opens the configured limiter. */
import { randomUUID } from 'node:crypto';
import type { Timeline } from '../clock/clock.ts';
import { type KeepBan, KnownBans } from './bans.ts';
import { MemoryLimiter } from './memory.ts';
import type { Limiter } from './port.ts';
import type { OnConnectionChange } from './redis/link.ts';

export type LimiterOptions = {
  /** Monotonic. */
  readonly time: Timeline;
  /** Null: each process counts separately. */
  readonly redisUrl: string | null;
  /** 0: unlimited; Redis is then not used. */
  readonly weightPerMinute: number;
  /** Called once for each new ban, in the process that makes it. */
  readonly onBan: KeepBan;
  /** Called once when the connection to Redis is lost or cannot be opened, and once when it is available again. */
  readonly onConnectionChange: OnConnectionChange;
  /** Maximum time that a request waits for Redis; default 250 ms. */
  readonly timeoutMs?: number;
};

/** Resolves even if Redis is unavailable; the limiter keeps trying to connect. */
export async function openLimiter(options: LimiterOptions): Promise<Limiter> {
  const { time, redisUrl, weightPerMinute, onBan, onConnectionChange, timeoutMs } = options;
  const bans = new KnownBans(onBan);
  if (redisUrl === null || weightPerMinute === 0) return new MemoryLimiter(weightPerMinute, bans);
  // Loading the client doubles the startup time, so it is loaded only if it is used.
  const { RedisLimiter } = await import('./redis/redis-limiter.ts');
  const processId = randomUUID();
  return RedisLimiter.open({
    time,
    url: redisUrl,
    weightPerMinute,
    bans,
    processId,
    onConnectionChange,
    timeoutMs,
  });
}
