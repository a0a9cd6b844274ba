/**
 * What a start does about the demo world, before anybody is answered: seeds it where it is wanted, and refuses a
 * production start over keys that everybody can read.
 */
import { type Clock, pause } from '../clock/clock.ts';
import type { DemoParts } from '../demo/demo-parts.ts';
import { keepTrading } from '../demo/demo-trading.ts';
import { type DemoSeeding, holdsDemoKeys, seedDemoWorld } from '../demo/demo-world.ts';
import { ConfigError } from '../engine/config-error.ts';
import { Periodic } from '../engine/periodic.ts';
import type { Logger } from '../observability/log.ts';
import type { TaskLeases } from '../store/port.ts';

export type DemoLife = { stop(): Promise<void> };

/** Indicators judge the last ten minutes. */
const tradeEveryMs = 4 * 60_000;

/** @returns what goes on in the demo world meanwhile, to be stopped with the server. */
export async function startDemoWorld(
  wanted: boolean,
  parts: DemoParts,
  leases: TaskLeases,
  clock: Clock,
  log: Logger,
): Promise<DemoLife> {
  if (!wanted) {
    if (await holdsDemoKeys(parts.reads)) {
      throw new ConfigError(
        'this database holds demo keys; start it with BURSAR_DEMO=1 (--demo 1), revoke them, or use another BURSAR_DATA (--data)',
      );
    }
    return { stop: async () => {} };
  }
  const seeding = await seedAlone(parts, leases, clock);
  if (seeding === 'seeded') log.info('the demo world is seeded');
  const trader = new Periodic(
    clock.world,
    tradeEveryMs,
    async () => {
      if (await leases.hold('demo trader')) await keepTrading(parts, clock.world.now() - tradeEveryMs);
    },
    (error) => log.warn(error, 'the demo trader'),
  );
  if (seeding !== 'refused') {
    trader.start();
    trader.wake();
  }
  return trader;
}

const seedingTask = 'demo world';
const leaseRetryMs = 100;

/** Of processes that start together one seeds, the others wait for it. */
async function seedAlone(parts: DemoParts, leases: TaskLeases, clock: Clock): Promise<DemoSeeding> {
  while (!(await leases.hold(seedingTask))) await pause(clock.monotonic, leaseRetryMs);
  return seedDemoWorld(parts).finally(() => leases.release(seedingTask));
}
