/** What the APIs of a process, and of each world of its lab, are made of. */
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

/** Of requests that do not only read. */
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

/** Remembers since when each group is known to run low. */
function lowAddressesOf(engine: EnginePort, { world }: Clock) {
  const since = new Map<string, number>();
  return async () => {
    const stock = await readAddressStock(engine.reads, engine.catalog());
    for (const { addressGroup, low } of stock) {
      if (!low) since.delete(addressGroup);
      else if (!since.has(addressGroup)) since.set(addressGroup, world.now());
    }
    return stock
      .filter(({ low }) => low)
      .map((each) => ({ ...each, lowSince: since.get(each.addressGroup) ?? world.now() }));
  };
}

/** @returns the incident id for the reply; the log has the cause. */
function reportBug(log: Logger, error: unknown): string {
  const incident = randomUUID();
  log.error({ incident, err: error }, 'bug');
  return incident;
}
