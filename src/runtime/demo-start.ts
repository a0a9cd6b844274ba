/**
 * What a start does about the demo world, before anybody is answered: seeds it where it is wanted, and refuses a
 * production start over keys that everybody can read.
 */
import type { DemoParts } from '../sandbox/demo-parts.ts';
import { holdsDemoKeys, seedDemoWorld } from '../sandbox/demo-world.ts';
import { ConfigError } from './config.ts';
import type { Logger } from './log.ts';

export async function prepareDemoWorld(wanted: boolean, parts: DemoParts, log: Logger): Promise<void> {
  if (wanted) {
    if (await seedDemoWorld(parts)) log.info('the demo world is seeded');
  } else if (await holdsDemoKeys(parts.reads)) {
    throw new ConfigError(
      'this database holds demo keys; start it with BURSAR_DEMO=1, revoke them, or use another BURSAR_DATA',
    );
  }
}
