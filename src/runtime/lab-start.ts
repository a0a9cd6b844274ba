/** The rehearsal lab at startup: opens it, or refuses a database that was once opened with it. */
import { randomBytes } from 'node:crypto';
import { systemClock } from '../clock/system-clock.ts';
import { labSetting } from '../command/settings/lab-record.ts';
import { ConfigError } from '../engine/config-error.ts';
import type { EnginePort } from '../engine/engine-port.ts';
import type { Firing } from '../lab/firing.ts';
import type { Lab } from '../lab/lab.ts';
import type { Logger } from '../observability/log.ts';
import { type Config, hasLab } from './config.ts';

/** @returns undefined without the lab. @throws ConfigError */
export async function startLab(
  config: Config,
  engine: Pick<EnginePort, 'commands' | 'reads' | 'catalog'>,
  log: Logger,
): Promise<Lab | undefined> {
  const { commands, reads } = engine;
  if (!hasLab(config)) {
    if ((await reads.row('settings', { name: labSetting })) === undefined) return undefined;
    throw new ConfigError(
      'this database was opened with the lab, which breaks requests on purpose: start it with BURSAR_LAB=1 (--lab), which needs the demo world, or use another database: BURSAR_DATA (--data) or DATABASE_URL (--database-url)',
    );
  }
  const outcome = await commands.submit('recordLab', {});
  if (!('done' in outcome)) throw new Error(`the lab cannot be opened: ${JSON.stringify(outcome)}`);
  const lab = await import('../lab/lab.ts');
  return new lab.Lab({
    reads,
    clock: systemClock,
    catalog: () => engine.catalog(),
    weightPerMinute: config.BURSAR_WEIGHT_PER_MINUTE,
    randomSeed: () => randomBytes(4).readUInt32LE(),
    onFiring: (firing) => logFiring(log, firing),
  });
}

function logFiring(
  log: Logger,
  { id, ruleId, preset, requestNumber, operation, withdrawalId, done }: Firing,
): void {
  log.info(
    { id, ruleId, preset, requestNumber, operation, withdrawalId, done },
    'the lab has broken a request',
  );
}
