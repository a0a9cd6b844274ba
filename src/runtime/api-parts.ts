/** The parts of the APIs of a process, and of each world of its lab. */
import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../clock/clock.ts';
import type { EnginePort } from '../engine/engine-port.ts';
import type { Lab } from '../lab/lab.ts';
import { reportOn } from '../maintenance/integrity-report.ts';
import type { Logger } from '../observability/log.ts';
import { KnownBooks } from '../operator/known-books.ts';
import { ReadPace, type RequestPace } from '../operator/lists/read-pace.ts';
import { readAddressStock } from '../query/address-stock.ts';
import type { IntegrityMemory } from './integrity-memory.ts';
import { makeKey, type SecretBox } from './secrets.ts';

export type ApiSources = {
  readonly engine: EnginePort;
  readonly secretBox: SecretBox;
  readonly clock: Clock;
  readonly lab: Lab | undefined;
  readonly log: Logger;
};

/** The dependencies of both APIs. */
export function sharedParts({ engine, secretBox, clock, lab, log }: ApiSources) {
  const { reads, commands, chainService } = engine;
  return {
    reads,
    commands,
    chainService,
    catalog: () => engine.catalog(),
    clock,
    lab,
    makeKey,
    encryptSecret: (secret: string) => secretBox.encrypt(secret),
    onBug: (error: unknown) => reportBug(log, error),
  };
}

/** The pace of requests that do not only read: none. */
const unlimited: RequestPace = {
  usedMs: 0,
  more: (read) => read(),
  of: (reads) => reads,
  take: (read) => read(),
  step: () => turn(),
};

/** The dependencies of the operator's API alone. */
export function operatorOnlyParts({ engine, secretBox, clock }: ApiSources, memory: IntegrityMemory) {
  return {
    decryptSecret: (encrypted: string) => secretBox.decrypt(encrypted),
    reencrypted: (encrypted: string) => secretBox.reencrypted(encrypted),
    openSnapshot: () => engine.openSnapshot(),
    yieldNow: () => turn(),
    limitedReads: engine.limitedReads,
    readPace: new ReadPace(clock.monotonic, engine),
    pace: unlimited,
    integrity: async () => {
      const at = clock.world.now();
      const report = await reportOn(await engine.openSnapshot());
      const { ok, solvent, mismatches } = report;
      await memory.keep({ at, ok, solvent, mismatches: mismatches.length });
      return report;
    },
    lastIntegrity: memory.last,
    knownBooks: new KnownBooks(clock.monotonic),
    lowAddresses: lowAddressesOf(engine, clock),
  };
}

/**
 * The address groups with fewer free addresses than the minimum, and since when: since the address was given out after
 * which too few were left. A group that never had enough is low since this process first looked.
 */
function lowAddressesOf(engine: EnginePort, { world }: Clock) {
  const known = new Map<string, number>();
  return async () => {
    const { settings } = engine.catalog();
    const stock = await readAddressStock(engine.reads, engine.catalog());
    const low = stock.filter((each) => each.low);
    for (const addressGroup of known.keys())
      if (!low.some((each) => each.addressGroup === addressGroup)) known.delete(addressGroup);
    return Promise.all(
      low.map(async (each) => {
        const { addressGroup, free } = each;
        const usedAt = await engine.reads.timeOfUse(addressGroup, settings.addressPoolMinimum - free);
        const lowSince = usedAt ?? known.get(addressGroup) ?? world.now();
        known.set(addressGroup, lowSince);
        return { ...each, lowSince };
      }),
    );
  };
}

/** @returns the incident id for the reply; the log has the cause. */
function reportBug(log: Logger, error: unknown): string {
  const incident = randomUUID();
  log.error({ incident, err: error }, 'bug');
  return incident;
}
