/** The composition root of what serves one world of the lab: caches, limiter and lab on its engine, and both APIs. */
import type { LabClock } from '../../clock/lab-clock.ts';
import type { EnginePort } from '../../engine/engine-port.ts';
import type { HandleRaw } from '../../http/raw-routing.ts';
import type { Admit } from '../../http/web-socket/message-channel.ts';
import type { Lab } from '../../lab/lab.ts';
import type { SavedFaults } from '../../lab/saved-faults.ts';
import type { SeededIds } from '../../lab/seeded-ids.ts';
import type { MadeKey } from '../../lab/seeded-keys.ts';
import { type KeepBan, KnownBans } from '../../limiter/bans.ts';
import { MemoryLimiter } from '../../limiter/memory.ts';
import type { Logger } from '../../observability/log.ts';
import type { OperatorParts } from '../../operator/handler.ts';
import type { NamedChanges } from '../../store/cached-changes.ts';
import type { TableName } from '../../store/tables.ts';
import { operatorOnlyParts, sharedParts } from '../api-parts.ts';
import { Caches } from '../caches.ts';
import type { Config } from '../config.ts';
import { customerHandler, streamApi } from '../customer-listener.ts';
import { rememberInProcess } from '../integrity-memory.ts';
import { createLab, loadLab } from '../lab-start.ts';
import type { Observation } from '../observation.ts';
import type { SecretBox } from '../secrets.ts';
import { Streams } from '../streams.ts';

export type ServingParts = {
  readonly config: Config;
  readonly observation: Observation;
  readonly secretBox: SecretBox;
};

export type ServedWorld = {
  readonly engine: EnginePort;
  readonly clock: LabClock;
  /** All random values of the world are drawn from them, except the keys that it issues. */
  readonly ids: SeededIds;
  readonly log: Logger;
  /** The faults with which its lab begins. */
  readonly faults: SavedFaults | undefined;
  readonly makeKey: () => MadeKey;
};

export type Served = {
  readonly handle: HandleRaw;
  readonly operators: OperatorParts;
  readonly lab: Lab;
  readonly admit: Admit;
  readonly streams: Streams;
  /** Called after each commit. @returns a promise if the outcomes must wait. */
  readonly onChanged: (tables: readonly TableName[], named: NamedChanges) => unknown;
};

export async function serveWorld(
  { config, secretBox, observation }: ServingParts,
  { engine, clock, ids, log, faults, makeKey }: ServedWorld,
): Promise<Served> {
  const limiter = createLimiter(config, engine);
  const caches = await Caches.load({
    reads: engine.reads,
    limiter,
    clock,
    decryptSecret: (encrypted) => secretBox.decrypt(encrypted),
    isTrusted: () => true,
  });
  const { keys } = caches;
  const randomSeed = () => ids.nextSeed();
  const parts = { config, engine, limiter, keys, clock, log, randomSeed };
  const lab = createLab(await loadLab(), parts, faults);
  const sources = { engine, secretBox, clock, lab, log };
  const shared = { ...sharedParts(sources), makeKey };
  const { customers: meter, signatures: signatureMeter } = observation;
  const streams = new Streams({
    ...{ engine, clock, keys, meter: observation.streams, methodMeter: observation.methods },
    onFault: (error) => log.warn(error, 'the balance stream of a world failed; it is tried again'),
  });
  const onDenied = (rule: string) => observation.countDenial(rule);
  const customers = { ...shared, meter, signatureMeter, limiter, keys, onDenied };
  return {
    handle: customerHandler(config, customers),
    admit: streamApi(config, { ...customers, streams }),
    operators: {
      ...shared,
      ...operatorOnlyParts(sources, rememberInProcess()),
      allowsSimulation: true,
      randomSeed: () => ids.nextBytes(),
    },
    lab,
    streams,
    onChanged(tables, named) {
      const read = caches.onChanged(named);
      const ended = streams.onChanged(tables, named);
      return read && ended ? Promise.all([read, ended]) : (read ?? ended);
    },
  };
}

function createLimiter(config: Config, { commands }: Pick<EnginePort, 'commands'>): MemoryLimiter {
  const onBan: KeepBan = async (ip, ban) => 'done' in (await commands.submit('recordBan', { ip, ...ban }));
  return new MemoryLimiter(config.BURSAR_WEIGHT_PER_MINUTE, new KnownBans(onBan));
}
