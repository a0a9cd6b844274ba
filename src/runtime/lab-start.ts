/** The rehearsal lab at startup: opens it, or refuses a database that was once opened with it. */
import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../clock/clock.ts';
import { LabClock } from '../clock/lab-clock.ts';
import type { WorldState } from '../clock/world-time.ts';
import type { DoneWork } from '../clock/world-timeline.ts';
import type { Commands } from '../command/registry.ts';
import { labSetting } from '../command/settings/lab-record.ts';
import { hasOtherContent } from '../demo/demo-world.ts';
import { ConfigError } from '../engine/config-error.ts';
import type { EnginePort } from '../engine/engine-port.ts';
import type { Firing } from '../lab/firing.ts';
import type { Lab } from '../lab/lab.ts';
import type { LoggedRequest } from '../lab/logged-request.ts';
import type { SavedFaults } from '../lab/saved-faults.ts';
import type { ShownText } from '../lab/signed-texts.ts';
import type { Limiter } from '../limiter/port.ts';
import type { Logger } from '../observability/log.ts';
import { StoreFault } from '../store/port.ts';
import type { Caches } from './caches.ts';
import { type Config, hasLab } from './config.ts';
import type { Core } from './core.ts';

const otherDatabase = 'use another database: BURSAR_DATA (--data) or DATABASE_URL (--database-url)';
const openedWithLab = `this database was opened with the lab, which breaks requests on purpose: start it with BURSAR_LAB=1 (--lab), which needs the demo world, or ${otherDatabase}`;
const madeWithoutDemoWorld = `this database was made without the demo world, as for production, and the lab would make it unfit for that: start it with BURSAR_DEMO=0 (--demo 0) or BURSAR_LAB=0 (--lab 0), or ${otherDatabase}`;

export const loadLab = () =>
  Promise.all([
    import('../lab/lab.ts'),
    import('../lab/signed-texts.ts'),
    import('../lab/world-clock.ts'),
    import('../lab/ends.ts'),
  ]);

/** Begins to load the code of the lab, if there is one, while the engine starts on its thread. */
export function preloadLab(clock: Clock): void {
  if (clock instanceof LabClock) void loadLab();
}

/** @returns undefined without the lab. @throws ConfigError */
export async function startLab(
  config: Config,
  { engine, limits, caches: { keys } }: Pick<Core, 'engine' | 'limits' | 'caches'>,
  clock: Clock,
  log: Logger,
): Promise<Lab | undefined> {
  const { commands, reads } = engine;
  const wasOpened = (await reads.row('settings', { name: labSetting })) !== undefined;
  if (!(clock instanceof LabClock)) {
    if (wasOpened) throw new ConfigError(openedWithLab);
    return undefined;
  }
  // A start that forgets BURSAR_DEMO=0 must not make a database of production useless for it.
  if (!wasOpened && (await hasOtherContent(reads))) throw new ConfigError(madeWithoutDemoWorld);
  await markAsLab(commands);
  const { limiter } = limits;
  const randomSeed = () => randomBytes(4).readUInt32LE();
  return createLab(await loadLab(), { config, engine, limiter, keys, clock, log, randomSeed });
}

/** Marks the database, so that it is never used for production. */
export async function markAsLab(commands: Commands): Promise<void> {
  const outcome = await commands.submit('recordLab', {});
  if (!('done' in outcome)) throw new Error(`the lab cannot be opened: ${JSON.stringify(outcome)}`);
}

export type LabSources = {
  readonly config: Config;
  readonly engine: EnginePort;
  readonly limiter: Limiter;
  readonly keys: Caches['keys'];
  readonly clock: LabClock;
  readonly log: Logger;
  /** A 32-bit number. */
  readonly randomSeed: () => number;
};

export function createLab(
  [{ Lab }, { textsOf }, { WorldClock }, { Ends }]: Awaited<ReturnType<typeof loadLab>>,
  { config, engine, limiter, keys, clock, log, randomSeed }: LabSources,
  saved?: SavedFaults,
): Lab {
  const { reads, commands, chainService } = engine;
  const strictSignatures = config.BURSAR_SIGNATURES === 'strict';
  const catalog = () => engine.catalog();
  const inMemory = () => [...lab.ends(), ...endsOfLimits(limiter, clock)];
  const ends = new Ends({ reads, catalog, inMemory });
  const lab: Lab = new Lab(
    {
      reads,
      clock,
      worldClock: new WorldClock({
        clock,
        engine: engine.world,
        ends: (span, limit) => ends.within(span, limit),
        record: (state) => recordClock(commands, state),
        onMove: (sinceMs) => {
          limiter.noteTimeMoved(sinceMs, { nowMs: clock.world.now(), wireMs: clock.wire.now() });
        },
        processes: () => engine.leases.processes(),
      }),
      catalog,
      chainService,
      keys,
      strictSignatures,
      weightPerMinute: config.BURSAR_WEIGHT_PER_MINUTE,
      yieldNow: () => turn(),
      randomSeed,
      onFiring: (firing) => logFiring(log, firing),
      onAnswered: (request) => {
        if (request.error?.code === signatureInvalid)
          logSignedTexts(log, request, textsOf(request, strictSignatures));
      },
    },
    saved,
  );
  return lab;
}

/** The windows of request weights are counted by the time on the wire: they end in the world only if it is the same. */
function endsOfLimits(limiter: Limiter, { time }: LabClock): readonly DoneWork[] {
  if (time.state.wire !== 'world') return [];
  const limited = limiter.limitedScopes({ nowMs: time.now(), wireMs: time.wireNow() });
  return limited.map(({ id, untilMs }) => ({ at: untilMs, what: 'rate-limit', id }));
}

/** The clock of a process: that of the machine, unless it has the lab. */
export function clockOf(config: Config, machine: Clock): Clock {
  return hasLab(config) ? new LabClock(machine) : machine;
}

async function recordClock(commands: Commands, state: WorldState): Promise<void> {
  const outcome = await commands.submit('recordLabClock', state);
  if ('fault' in outcome)
    throw new StoreFault(outcome.fault === 'not-done' ? 'not-done' : 'unknown', outcome.message);
}

const signatureInvalid = -1022;

function logSignedTexts(
  log: Logger,
  { number, key, method, path }: LoggedRequest,
  signedTexts: readonly ShownText[],
): void {
  const request = { requestNumber: number, apiKey: key?.apiKey, method, path, signedTexts };
  log.info(request, 'the signature (-1022) is not that of any of the texts that count as signed');
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
