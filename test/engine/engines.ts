/** The implementations of the engine port, each with a store of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Clock } from '../../src/clock/clock.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import { EngineLink } from '../../src/engine/engine-link.ts';
import type { EngineListener, EnginePort } from '../../src/engine/engine-port.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { joinTestCluster } from '../support/database.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';

const kinds = [
  'on a thread, SQLite',
  'on a thread, PostgreSQL',
  'in process, on disk',
  'in process, in memory',
] as const;
type Kind = (typeof kinds)[number];

/** Default: the clock of the machine, and blocks only on request. */
export type EngineTime = { readonly clock: Clock; readonly blockMs: number };

/** A store, and the engines opened over it. */
export type Place = {
  readonly kind: Kind;
  open(listener?: Partial<EngineListener>, time?: Partial<EngineTime>): Promise<EnginePort>;
};

/** Faults and bugs fail the test unless it listens to them. */
const strict: EngineListener = {
  onChanged: () => {},
  onFault: (what, message) => {
    throw new Error(`${what}: ${message}`);
  },
  onFatal: (error) => {
    throw error;
  },
};

function openOn(
  kind: Kind,
  folder: string,
  url: string | undefined,
  listener: EngineListener,
  time: Partial<EngineTime>,
) {
  const options = { ...listener, clock: systemClock, blockMs: 0, ...time };
  if (url !== undefined) return EngineLink.start({ ...options, location: { postgres: url } });
  if (kind === 'on a thread, SQLite') return EngineLink.start({ ...options, location: { folder } });
  const location = kind === 'in process, on disk' ? { folder } : { memory: true as const };
  return LocalEngine.open({ ...options, location });
}

/** Runs a test on every implementation; engines that it leaves open are closed. */
export function onEveryEngine(
  title: string,
  run: (place: Place) => Promise<void>,
  { durable = false }: { readonly durable?: boolean } = {},
): void {
  for (const kind of kinds) {
    if (durable && kind === 'in process, in memory') continue;
    const isPostgres = kind === 'on a thread, PostgreSQL';
    test(`${kind}: ${title}`, { skip: isPostgres && skipWithoutPostgres }, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'bursar-engine-'));
      const url = isPostgres ? await (await joinTestCluster()).createMigratedDatabase() : undefined;
      const opened: EnginePort[] = [];
      try {
        await run({
          kind,
          async open(listener = {}, time = {}) {
            const engine = await openOn(kind, folder, url, { ...strict, ...listener }, time);
            opened.push(engine);
            return engine;
          },
        });
      } finally {
        for (const engine of opened) await engine.close();
        rmSync(folder, { recursive: true });
      }
    });
  }
}
