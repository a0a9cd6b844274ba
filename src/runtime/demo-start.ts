/**
 * The demo world at startup, before requests are served: seeds it if configured, and refuses a production start on a
 * database with demo keys, which are published.
 */
import { type Clock, pause } from '../clock/clock.ts';
import type { DemoParts } from '../demo/demo-parts.ts';
import { keepTrading } from '../demo/demo-trading.ts';
import { type DemoSeeding, hasDemoKeys, seedDemoWorld } from '../demo/demo-world.ts';
import { ConfigError } from '../engine/config-error.ts';
import { Periodic } from '../engine/periodic.ts';
import type { Logger } from '../observability/log.ts';
import type { TaskLeases } from '../store/port.ts';

export type DemoLife = { stop(): Promise<void> };

/** Shorter than the ten minutes that the indicators cover. */
const tradeIntervalMs = 4 * 60_000;

/** @returns the demo trader, which must be stopped with the server. */
export async function startDemoWorld(
  isDemo: boolean,
  parts: DemoParts,
  leases: TaskLeases,
  clock: Clock,
  log: Logger,
): Promise<DemoLife> {
  if (!isDemo) {
    if (await hasDemoKeys(parts.reads)) {
      throw new ConfigError(
        'this database holds demo keys; start it with BURSAR_DEMO=1 (--demo 1), revoke them, or use another BURSAR_DATA (--data)',
      );
    }
    return { stop: async () => {} };
  }
  const seeding = await seedAlone(parts, leases, clock);
  if (seeding === 'seeded') log.info('the demo world was created');
  const trader = new Periodic(
    clock.world,
    tradeIntervalMs,
    async () => {
      if (await leases.hold('demo trader')) await keepTrading(parts, clock.world.now() - tradeIntervalMs);
    },
    (error) => log.warn(error, 'the demo trader failed'),
  );
  if (seeding !== 'refused') {
    trader.start();
    trader.wake();
  }
  return trader;
}

const seedingTask = 'demo world';
const leaseRetryMs = 100;

/** If several processes start at the same time, one seeds and the others wait for it. */
async function seedAlone(parts: DemoParts, leases: TaskLeases, clock: Clock): Promise<DemoSeeding> {
  while (!(await leases.hold(seedingTask))) await pause(clock.monotonic, leaseRetryMs);
  return seedDemoWorld(parts).finally(() => leases.release(seedingTask));
}
