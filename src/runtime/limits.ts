/**
 * The limiter of one process, and its warnings. If Redis is unavailable, or if there are several processes and no Redis,
 * each process counts separately, and one warning says so.
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
  /** Whether Redis is configured but does not answer. */
  readonly redisDegraded: () => boolean;
  close(): Promise<void>;
};

const processCheckMs = 5000;

export async function openLimits({ config, commands, leases, clock, log }: LimitsParts): Promise<Limits> {
  let degraded = false;
  const limiter = await openLimiter({
    time: clock.monotonic,
    redisUrl: config.REDIS_URL,
    weightPerMinute: config.BURSAR_WEIGHT_PER_MINUTE,
    onBan: async (ip, ban) => 'done' in (await commands.submit('recordBan', { ip, ...ban })),
    onConnectionChange(lost, reason) {
      degraded = lost;
      if (lost) log.warn({ reason }, 'Redis does not answer: limits are per process until it is back');
      else log.info('Redis is back: limits are shared again');
    },
  });
  const processCheck = countsSeparately(config) ? checkForOtherProcesses(leases, clock, log) : undefined;
  return {
    limiter,
    redisDegraded: () => degraded,
    async close() {
      await processCheck?.stop();
      await limiter.close();
    },
  };
}

/** Whether several processes may use the database while each counts separately. */
function countsSeparately({ DATABASE_URL, REDIS_URL, BURSAR_WEIGHT_PER_MINUTE }: LimitsParts['config']) {
  return DATABASE_URL !== null && REDIS_URL === null && BURSAR_WEIGHT_PER_MINUTE > 0;
}

function checkForOtherProcesses(leases: LimitsParts['leases'], clock: Clock, log: Logger): Periodic {
  let warned = false;
  const check = async () => {
    const processes = await leases.processes();
    if (processes > 1 && !warned) {
      warned = true;
      log.warn(
        { processes },
        'several processes use this database without REDIS_URL (--redis-url): each counts request weights separately',
      );
    }
  };
  // Other parts report an unavailable store.
  const periodic = new Periodic(clock.monotonic, processCheckMs, check, () => {});
  periodic.start();
  periodic.wake();
  return periodic;
}
