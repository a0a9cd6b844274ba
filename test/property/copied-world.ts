/** Played worlds on a file or a PostgreSQL database, which are copied at rest for forks and snapshots. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LabClock } from '../../src/clock/lab-clock.ts';
import type { WorldState } from '../../src/clock/world-time.ts';
import { LocalEngine, type LocalEngineOptions } from '../../src/engine/local-engine.ts';
import { chainFile, type StoreLocation } from '../../src/engine/open-store.ts';
import type { RawReply, RawRequest } from '../../src/http/http-message.ts';
import type { SavedFaults } from '../../src/lab/saved-faults.ts';
import { SeededIds } from '../../src/lab/seeded-ids.ts';
import { SeededKeys } from '../../src/lab/seeded-keys.ts';
import { checkMasterKey } from '../../src/runtime/master-key-check.ts';
import { type Served, serveWorld } from '../../src/runtime/worlds/serve-world.ts';
import { joinTestCluster, openSql } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { type PlayedParts, type PlayedWorld, playedParts } from './played-world.ts';
import { sentOf } from './sent-transactions.ts';

export type Storage = 'SQLite on disk' | 'PostgreSQL';

/** A world at rest: its database, how many ids were drawn, and its faults. */
type AtRest = {
  readonly location: StoreLocation;
  readonly drawn: number;
  /** Undefined if the world was never open. */
  readonly time?: WorldState;
  readonly faults?: SavedFaults | undefined;
};

async function createLocation(storage: Storage): Promise<StoreLocation> {
  if (storage === 'PostgreSQL') return { postgres: await (await joinTestCluster()).createMigratedDatabase() };
  return { folder: mkdtempSync(join(tmpdir(), 'bursar-played-')) };
}

/** The error code of PostgreSQL for a database in use. */
const objectInUse = '55006';

async function copyOf(location: StoreLocation): Promise<StoreLocation> {
  if ('postgres' in location) {
    const { postgres } = location;
    const cluster = await joinTestCluster();
    // A session ends a moment after its connection.
    const copied = await eventually(
      () => cluster.createDatabase(postgres).catch((error: unknown) => error as { readonly code: string }),
      (made) => typeof made === 'string' || made.code !== objectInUse,
    );
    if (typeof copied !== 'string') throw copied;
    return { postgres: copied };
  }
  const folder = mkdtempSync(join(tmpdir(), 'bursar-played-'));
  cpSync(location.folder, folder, { recursive: true });
  return { folder };
}

async function remove(location: StoreLocation): Promise<void> {
  if ('postgres' in location) await (await joinTestCluster()).dropDatabase(location.postgres);
  else rmSync(location.folder, { recursive: true });
}

export class CopiedWorlds {
  readonly parts: PlayedParts = playedParts();
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Empty, with a frozen time. */
  async create(): Promise<CopiedWorld> {
    const location = await createLocation(this.#storage);
    const world = new CopiedWorld(this.parts, 0, { location, drawn: 0 });
    await world.begin();
    await checkMasterKey(world.commands, this.parts.secretBox, undefined);
    await world.lab().clock.freeze('world');
    return world;
  }

  /** A copy of a snapshot with its own seed. */
  async copy(from: CopiedWorld, snapshot: string, seed: number): Promise<CopiedWorld> {
    const saved = from.snapshotNamed(snapshot);
    const location = await copyOf(saved.location);
    const world = new CopiedWorld(this.parts, seed, { ...saved, location, drawn: 0 });
    await world.begin();
    return world;
  }
}

export class CopiedWorld implements PlayedWorld {
  readonly #parts: PlayedParts;
  readonly #seed: number;
  readonly #keys = new SeededKeys();
  readonly #snapshots = new Map<string, AtRest>();
  #location: StoreLocation;
  #rest: AtRest;
  #opened:
    | {
        readonly engine: LocalEngine;
        readonly served: Served;
        readonly ids: SeededIds;
        readonly clock: LabClock;
      }
    | undefined;

  constructor(parts: PlayedParts, seed: number, rest: AtRest) {
    this.#parts = parts;
    this.#seed = seed;
    this.#rest = rest;
    this.#location = rest.location;
  }

  /** Opens the world, and remembers its initial state. */
  async begin(): Promise<void> {
    this.#snapshots.set('origin', { ...this.#rest, location: await copyOf(this.#location) });
    await this.#open();
  }

  get #now() {
    if (this.#opened === undefined) throw new Error('the world is closed');
    return this.#opened;
  }

  get commands() {
    return this.#now.engine.commands;
  }

  get reads() {
    return this.#now.engine.reads;
  }

  get chains() {
    return this.#now.engine.chainService;
  }

  get machine() {
    return this.#parts.machine;
  }

  catalog() {
    return this.#now.engine.catalog();
  }

  lab() {
    return this.#now.served.lab;
  }

  operators() {
    return this.#now.served.operators;
  }

  now() {
    return this.operators().clock.world.now();
  }

  send(request: RawRequest): Promise<RawReply> {
    return this.#now.served.handle(request);
  }

  calm() {
    return this.#now.engine.world.noteWorldTime();
  }

  async fork(): Promise<CopiedWorld> {
    const rest = await this.#saved();
    const world = new CopiedWorld(this.#parts, this.#seed, rest);
    await world.begin();
    return world;
  }

  async snapshot(): Promise<string> {
    const id = `s_${this.#snapshots.size}`;
    this.#snapshots.set(id, await this.#saved());
    return id;
  }

  snapshotNamed(id: string): AtRest {
    const snapshot = this.#snapshots.get(id);
    if (snapshot === undefined) throw new Error(`there is no snapshot ${id}`);
    return snapshot;
  }

  async restore(id: string): Promise<void> {
    await this.#close();
    await remove(this.#location);
    const saved = this.snapshotNamed(id);
    this.#location = await copyOf(saved.location);
    this.#rest = { ...saved, location: this.#location };
    await this.#open();
  }

  reset(): Promise<void> {
    return this.restore('origin');
  }

  async sleep(): Promise<void> {
    await this.#close();
    await this.#open();
  }

  async sent() {
    const location = this.#location;
    if ('postgres' in location) {
      await using sql = openSql(location);
      return await sentOf((text) => sql.rows(text), 'simulated_chain.');
    }
    const database = new DatabaseSync(chainFile(location.folder), { readOnly: true });
    try {
      return await sentOf(async (text) => database.prepare(text).all());
    } finally {
      database.close();
    }
  }

  async close(): Promise<void> {
    await this.#close();
    await remove(this.#location);
    for (const { location } of this.#snapshots.values()) await remove(location);
  }

  /** A copy at rest. */
  async #saved(): Promise<AtRest> {
    await this.#close();
    const saved = { ...this.#rest, location: await copyOf(this.#location) };
    await this.#open();
    return saved;
  }

  async #close(): Promise<void> {
    const { engine, served, ids, clock } = this.#now;
    const { state: time } = clock.time;
    this.#opened = undefined;
    this.#rest = { location: this.#location, drawn: ids.drawn, time, faults: served.lab.save() };
    served.lab.stop();
    await engine.close();
  }

  async #open(): Promise<void> {
    const { machine } = this.#parts;
    const clock = new LabClock({ ...machine, world: machine.world, monotonic: machine.unhurried });
    const { time } = this.#rest;
    if (time !== undefined) clock.time.state = time;
    // Delays of the lab are short, but the time limits of a database are not.
    const hurried: LabClock = Object.assign(Object.create(clock), { monotonic: machine.monotonic });
    const ids = new SeededIds(this.#seed, this.#rest.drawn);
    let served: Served | undefined;
    const engine = await LocalEngine.open({
      clock: clock.withOtherTimers(),
      // An engine in this thread works on PostgreSQL too.
      location: this.#location as LocalEngineOptions['location'],
      blockMs: this.#parts.config.BURSAR_BLOCK_MS,
      lab: true,
      keepsTime: time !== undefined,
      randomHex: () => ids.next(),
      onChanged: (tables, named) => served?.onChanged(tables, named),
      // Nodes that are down on purpose; bugs are rejected by the model.
      onFault: () => {},
      onFatal: (error) => {
        throw error;
      },
    });
    const { log } = this.#parts;
    const makeKey = () => this.#keys.next('played', this.#seed);
    served = await serveWorld(this.#parts, {
      ...{ engine, clock: hurried, ids, log, makeKey },
      faults: this.#rest.faults,
    });
    this.#opened = { engine, served, ids, clock };
  }
}
