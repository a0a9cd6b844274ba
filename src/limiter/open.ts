/** Opens the limiter that a configuration asks for. */
import { randomUUID } from 'node:crypto';
import { type KeepBan, KnownBans } from './bans.ts';
import { MemoryLimiter } from './memory.ts';
import type { Limiter } from './port.ts';
import type { OnTrouble } from './redis/link.ts';

export type LimiterOptions = {
  /** Null: each process counts for itself. */
  readonly redisUrl: string | null;
  /** 0: unlimited, so that there is nothing to share and Redis is not asked. */
  readonly weightPerMinute: number;
  /** Called once for each new ban, in the process that made it. */
  readonly onBan: KeepBan;
  /** Called once when Redis is lost, also at the start, and once when it is back. */
  readonly onTrouble: OnTrouble;
  /** How long a request may wait for Redis: 250 ms unless told otherwise. */
  readonly patienceMs?: number;
};

/** Resolves whether Redis is there or not; it is sought until it is. */
export async function openLimiter(options: LimiterOptions): Promise<Limiter> {
  const { redisUrl, weightPerMinute, onBan, onTrouble, patienceMs } = options;
  const bans = new KnownBans(onBan);
  if (redisUrl === null || weightPerMinute === 0) return new MemoryLimiter(weightPerMinute, bans);
  // Loading the client takes as long as all the rest of a start: only who needs it waits for it.
  const { RedisLimiter } = await import('./redis/redis-limiter.ts');
  const processId = randomUUID();
  return RedisLimiter.open({ url: redisUrl, weightPerMinute, bans, processId, onTrouble, patienceMs });
}
