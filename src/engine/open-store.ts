/** Opens the store at a location: for writing, for serving reads, or as a snapshot. */
import { join } from 'node:path';
import { createChains } from '../chain/connectors.ts';
import { manualConnector } from '../chain/manual/manual-connector.ts';
import type { ChainControl, Chains } from '../chain/port.ts';
import { withNodeFaults } from '../chain/simulated/node-faults.ts';
import { type SimulatedChains, simulatedConnector } from '../chain/simulated/simulated-chains.ts';
import { SqliteChains } from '../chain/simulated/sqlite-chains.ts';
import type { Clock, Timers } from '../clock/clock.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { ChangeListener } from '../store/change-listener.ts';
import { SchemaMismatch } from '../store/migration-files.ts';
import type { Store, TaskLeases } from '../store/port.ts';
import type { Reads } from '../store/reads.ts';
import { soleProcess } from '../store/sole-process.ts';
import { openImage } from '../store/sqlite/image.ts';
import type { SqliteReader } from '../store/sqlite/sqlite-reader.ts';
import type { SqliteImage } from '../store/world-image.ts';
import { ConfigError } from './config-error.ts';
import { createRandomHex } from './random-hex.ts';
import { storeCode } from './store-code.ts';

/** A data folder, or the URL of a PostgreSQL database. */
export type StoreLocation = { readonly folder: string } | { readonly postgres: string };

/** A store and its chains that exist until they are closed, on one connection each; they begin as the image or empty. */
export type InMemory = { readonly memory: true; readonly image?: SqliteImage | undefined };

export type OpenStore = {
  readonly store: Store;
  readonly leases: TaskLeases;
  readonly chains: Chains;
  readonly control: ChainControl;
  /** The store as it is now. On SQLite a copy in memory, made on the connection of the store. */
  openSnapshot(): Promise<Snapshot>;
  /** The store and the chains as of now, between two commits; only on SQLite. */
  readonly image?: () => SqliteImage;
  /** Copies the committed changes to the database files; PostgreSQL does this itself. */
  readonly checkpoint?: () => Promise<void>;
  close(): Promise<void>;
};

export function databaseFile(folder: string): string {
  return join(folder, 'bursar.sqlite');
}

/** The simulated chains of a data folder. */
export function chainFile(folder: string): string {
  return join(folder, 'chain.sqlite');
}

type OpenOptions = {
  /** Whether the lab may make nodes fail. */
  readonly lab: boolean;
  /** A source of 20 hex digits for the ids of records, for a store that nobody else uses; by default they are random. */
  readonly randomHex?: (() => string) | undefined;
};

/** @throws ConfigError if the database has a schema that this version cannot use. */
export async function openStore(
  location: StoreLocation | InMemory,
  clock: Clock,
  listener: ChangeListener,
  options: OpenOptions = { lab: false },
): Promise<OpenStore> {
  try {
    return await open(location, clock, listener, options);
  } catch (error) {
    throw error instanceof SchemaMismatch ? new ConfigError(error.message) : error;
  }
}

async function open(
  location: StoreLocation | InMemory,
  clock: Clock,
  listener: ChangeListener,
  { lab, randomHex: given }: OpenOptions,
): Promise<OpenStore> {
  const randomHex = given ?? createRandomHex(10);
  const options = { clock, randomHex, listener, lab, isAlone: given !== undefined };
  if ('postgres' in location) return openPostgresStore(location.postgres, options);
  const [{ SqliteStore }, { SqliteReader }, { Checkpointer }] = await storeCode.sqlite();
  const [path, chainPath] =
    'memory' in location
      ? [':memory:', ':memory:']
      : [databaseFile(location.folder), chainFile(location.folder)];
  const image = 'memory' in location ? location.image : undefined;
  const store = new SqliteStore({ path, image: image?.store, ...options });
  const simulated = await openSqliteChain(chainPath, store, image?.chains);
  const checkpointer = new Checkpointer([store.log, simulated.log]);
  return {
    store,
    leases: soleProcess,
    ...chainsOf(store, simulated.chains, lab),
    openSnapshot: async () => snapshotOf(new SqliteReader(store.copy())),
    image: () => ({ store: store.image(), chains: simulated.image() }),
    ...(!('memory' in location) && { checkpoint: () => checkpointer.run() }),
    async close() {
      await checkpointer.close();
      await store.close();
      await simulated.close();
    },
  };
}

async function openSqliteChain(
  path: string,
  store: Store,
  image: Uint8Array | undefined,
): Promise<SqliteChains> {
  try {
    return new SqliteChains(path, { image });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openPostgresStore(
  url: string,
  options: {
    readonly clock: Clock;
    readonly randomHex: () => string;
    readonly listener: ChangeListener;
    readonly lab: boolean;
    readonly isAlone: boolean;
  },
): Promise<OpenStore> {
  const [
    { PostgresStore },
    { PostgresTaskLeases },
    { PostgresSimulatedChain },
    { isHalfMigrated },
    { storeFaultOf },
  ] = await storeCode.postgres();
  const database = { url, timers: options.clock.monotonic };
  const store = await PostgresStore.open({ url, ...options, readers: 2 }).catch((error: unknown) => {
    throw storeFaultOf(error, 'not-done');
  });
  const openChain = async () => {
    // Checked after connecting, so that either this process or a migration that starts now detects the other.
    if (await isHalfMigrated(database))
      throw new ConfigError(
        'bursar migrate has not finished with this database; run it again until it is complete',
      );
    return PostgresSimulatedChain.open(database);
  };
  const simulated = await openChain().catch(async (error: unknown) => {
    await store.close();
    throw storeFaultOf(error, 'not-done');
  });
  const leases = new PostgresTaskLeases(database);
  return {
    store,
    leases,
    ...chainsOf(store, simulated, options.lab),
    openSnapshot: () => openSnapshot({ postgres: url }, database.timers),
    async close() {
      await Promise.all([store.close(), leases.close(), simulated.close()]);
    },
  };
}

function chainsOf(
  store: Store,
  simulated: SimulatedChains,
  lab: boolean,
): Pick<OpenStore, 'chains' | 'control'> {
  const simulatedOf = (network: string) => simulatedConnector(simulated, network);
  const nodeOf = async (network: string) => (await simulated.switches(network)).node;
  const makers = {
    manual: (network: string) => manualConnector(store.reads, network),
    simulated: lab
      ? (network: string) => withNodeFaults(simulatedOf(network), network, () => nodeOf(network))
      : simulatedOf,
  };
  return { chains: createChains(() => store.catalog(), makers), control: simulated };
}

/** Reads for the thread that serves requests. */
export type Reader = {
  readonly reads: Reads;
  /** The same for operators, who must not delay customers: on PostgreSQL on connections of their own, with a limit. */
  readonly limitedReads: Reads;
  /** Must be called when a commit is reported, so that every later read sees it. */
  endTurn(): void;
  close(): Promise<void>;
};

const readingConnections = 4;

/** @returns how to open a reader without waiting, once the store exists. */
export async function loadReader(location: StoreLocation, timers: Timers): Promise<() => Reader> {
  if ('postgres' in location) {
    const { PostgresReader } = await import('../store/postgres/postgres-reader.ts');
    return () => {
      const reader = new PostgresReader({ url: location.postgres, timers }, readingConnections);
      const { reads, limitedReads } = reader;
      return { reads, limitedReads, endTurn: () => {}, close: () => reader.close() };
    };
  }
  const { SqliteReader } = await import('../store/sqlite/sqlite-reader.ts');
  return () => {
    const reader = new SqliteReader(databaseFile(location.folder));
    const { reads } = reader;
    return { reads, limitedReads: reads, endTurn: () => reader.endTurn(), close: async () => reader.close() };
  };
}

/** The contents of the store as of one moment, while other connections continue to write. */
export type Snapshot = { readonly reads: Reads; readonly catalog: Catalog; close(): Promise<void> };

/** @param location of a store, the file of a copy that nothing writes to, or an image of one. */
export async function openSnapshot(
  location: StoreLocation | { readonly file: string } | { readonly image: Uint8Array },
  timers: Timers,
): Promise<Snapshot> {
  if ('postgres' in location) {
    const { openPostgresSnapshot } = await import('../store/postgres/postgres-reader.ts');
    return openPostgresSnapshot({ url: location.postgres, timers });
  }
  const { SqliteReader } = await import('../store/sqlite/sqlite-reader.ts');
  if ('image' in location) return snapshotOf(new SqliteReader(openImage(location.image)));
  const reader = new SqliteReader('file' in location ? location.file : databaseFile(location.folder));
  reader.freeze();
  return snapshotOf(reader);
}

function snapshotOf(reader: SqliteReader): Snapshot {
  return { reads: reader.reads, catalog: reader.catalog(), close: async () => reader.close() };
}
