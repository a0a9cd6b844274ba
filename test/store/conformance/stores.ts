/** The stores under the conformance suite, each with its own database. None of them finds a row that was not declared. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ChangeListener } from '../../../src/store/change-listener.ts';
import type { Store } from '../../../src/store/port.ts';
import { PostgresStore } from '../../../src/store/postgres/postgres-store.ts';
import { joinTestCluster } from '../../support/database.ts';
import { DeclaredOnlyStore } from '../../support/declared-lookups.ts';
import { clockReading } from '../../support/manual-clock.ts';
import { skipWithoutPostgres } from '../../support/postgres.ts';

export type Kind = 'SQLite in memory' | 'SQLite on disk' | 'PostgreSQL';

/** A database, and the stores opened on it. */
export type Site = {
  readonly kind: Kind;
  /** Advances by `tickMs` each time it is read. */
  readonly clock: { ms: number; tickMs: number; wireAheadMs: number };
  /** The path of the file, or the URL of the database. */
  readonly location: string;
  open(listener?: ChangeListener): Promise<Store>;
  /** Closes the stores; their data stays. */
  closeStores(): Promise<void>;
  close(): Promise<void>;
};

const startMs = 1_700_000_000_000;
let randoms = 0;

export async function openSite(kind: Kind): Promise<Site> {
  const clock = { ms: startMs, tickMs: 1, wireAheadMs: 0 };
  const stores: Store[] = [];
  const folder = kind === 'SQLite on disk' ? mkdtempSync(join(tmpdir(), 'bursar-store-')) : undefined;
  const location = await locationOf(kind, folder);
  const parts = {
    clock: clockReading(
      () => (clock.ms += clock.tickMs),
      () => clock.wireAheadMs,
    ),
    randomHex: () => (++randoms).toString(16).padStart(20, '0'),
  };
  const closeStores = async () => {
    for (const store of stores.splice(0)) await store.close();
  };
  return {
    kind,
    clock,
    closeStores,
    location,
    async open(listener) {
      const options = { ...parts, ...(listener && { listener }) };
      const store =
        kind === 'PostgreSQL'
          ? await PostgresStore.open({ ...options, url: location })
          : new DeclaredOnlyStore({ ...options, path: location });
      stores.push(store);
      return store;
    },
    async close() {
      await closeStores();
      if (folder !== undefined) rmSync(folder, { recursive: true });
    },
  };
}

async function locationOf(kind: Kind, folder: string | undefined): Promise<string> {
  if (kind === 'PostgreSQL') return (await joinTestCluster()).createDatabase();
  return folder === undefined ? ':memory:' : join(folder, 'bursar.sqlite');
}

const everywhere: readonly Kind[] = ['SQLite in memory', 'SQLite on disk', 'PostgreSQL'];
/** Stores that several processes can open on one database, and that can be reopened. */
export const shared: readonly Kind[] = ['SQLite on disk', 'PostgreSQL'];

/** Runs a test on every store, or on the given kinds. */
export function conformance(
  title: string,
  run: (site: Site, store: Store) => Promise<void>,
  kinds: readonly Kind[] = everywhere,
): void {
  for (const kind of kinds) {
    test(`${kind}: ${title}`, { skip: kind === 'PostgreSQL' && skipWithoutPostgres }, async () => {
      const site = await openSite(kind);
      try {
        await run(site, await site.open());
      } finally {
        await site.close();
      }
    });
  }
}
