/**
 * The limits of one process: its limiter, and what its operator has to know about it. With Redis out of reach, or with
 * other processes and no Redis at all, each process counts for itself: one warning says so.
 */
import type { Clock } from '../clock/clock.ts';
import type { Commands } from '../command/registry.ts';
import { Periodic } from '../engine/periodic.ts';
import { openLimiter } from '../limiter/open.ts';
import type { Limiter } from '../limiter/port.ts';
import type { Logger } from '../observability/log.ts';
import type { TaskLeases } from '../store/port.ts';
import type { Config } from './config.ts';

export type LimitsParts = {
  readonly config: Pick<Config, 'DATABASE_URL' | 'REDIS_URL' | 'BURSAR_WEIGHT_PER_MINUTE'>;
  readonly commands: Commands;
  readonly leases: Pick<TaskLeases, 'processes'>;
  readonly clock: Clock;
  readonly log: Logger;
};

export type Limits = {
  readonly limiter: Limiter;
  /** Whether weights should be shared and are not. */
  readonly redisDegraded: () => boolean;
  close(): Promise<void>;
};

const lookForOthersMs = 5000;

export async function openLimits({ config, commands, leases, clock, log }: LimitsParts): Promise<Limits> {
  let degraded = false;
  const limiter = await openLimiter({
    time: clock.monotonic,
    redisUrl: config.REDIS_URL,
    weightPerMinute: config.BURSAR_WEIGHT_PER_MINUTE,
    onBan: async (ip, ban) => 'done' in (await commands.submit('recordBan', { ip, ...ban })),
    onTrouble(lost, reason) {
      degraded = lost;
      if (lost) log.warn({ reason }, 'Redis does not answer: limits are per process until it is back');
      else log.info('Redis is back: limits are shared again');
    },
  });
  const lookout = isAloneWithoutRedis(config) ? lookForOthers(leases, clock, log) : undefined;
  return {
    limiter,
    redisDegraded: () => degraded,
    async close() {
      await lookout?.stop();
      await limiter.close();
    },
  };
}

function isAloneWithoutRedis({ DATABASE_URL, REDIS_URL, BURSAR_WEIGHT_PER_MINUTE }: LimitsParts['config']) {
  return DATABASE_URL !== null && REDIS_URL === null && BURSAR_WEIGHT_PER_MINUTE > 0;
}

function lookForOthers(leases: LimitsParts['leases'], clock: Clock, log: Logger): Periodic {
  let warned = false;
  const look = async () => {
    const processes = await leases.processes();
    if (processes > 1 && !warned) {
      warned = true;
      log.warn(
        { processes },
        'several processes serve these books without REDIS_URL (--redis-url): request weights are counted by each for itself',
      );
    }
  };
  // When the store is out of reach there is more to say, and others say it.
  const lookout = new Periodic(clock.monotonic, lookForOthersMs, look, () => {});
  lookout.start();
  lookout.wake();
  return lookout;
}
