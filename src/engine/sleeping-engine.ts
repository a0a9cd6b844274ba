/**
 * An engine that sleeps while nobody uses it: its store and chains are then an image, without connections and timers. It
 * wakes when it is used: the image is opened, and the work that has become due meanwhile is done, in order of its due
 * time, before the use continues.
 */

import type { DoneWork } from '../clock/world-timeline.ts';
import type { Commands } from '../command/registry.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import { asNotDone } from '../store/port.ts';
import type { Reads } from '../store/reads.ts';
import {
  type DatabaseImage,
  databaseOf,
  inMemory,
  sqliteOf,
  type WorldAtRest,
  type WorldImage,
} from '../store/world-image.ts';
import { catchUp } from './catch-up.ts';
import { type EnginePort, type EngineQuestions, engineClosed, errorOf, questionsBy } from './engine-port.ts';
import { LocalEngine, type LocalEngineOptions } from './local-engine.ts';
import type { Snapshot } from './open-store.ts';
import { passedReads } from './passed-reads.ts';
import type { DatabaseCopies, EngineFiles, SleepingEngineOptions } from './sleeping-engine-options.ts';

export class SleepingEngine implements EnginePort {
  readonly commands: Commands;
  readonly chainService: EnginePort['chainService'];
  readonly leases: EnginePort['leases'];
  readonly world: EnginePort['world'];
  readonly figures: EnginePort['figures'];
  readonly reads: Reads;
  readonly #options: SleepingEngineOptions;
  #rest: WorldAtRest;
  #engine: LocalEngine | undefined;
  /** The change between awake and asleep that is under way, or the last one. It never rejects. */
  #change: Promise<unknown> = Promise.resolve();
  #waking: Promise<LocalEngine> | undefined;
  /** The database of a world on PostgreSQL, from its first use on. */
  #database: DatabaseImage | undefined;
  #isClosed = false;

  constructor(options: SleepingEngineOptions) {
    this.#options = options;
    this.#rest = options.rest;
    this.#database = options.ownDatabase;
    this.commands = {
      submit: (name, input, notAfterMs) =>
        this.#engine === undefined
          ? this.wake().then(({ commands }) => commands.submit(name, input, notAfterMs))
          : this.#engine.commands.submit(name, input, notAfterMs),
    };
    const { chainService, leases, world, figures } = questionsBy((question, args) => {
      const answer = this.wake().then((engine): Promise<unknown> => engine.ask(question, args));
      // cast: the engine answers what it was asked.
      return answer as ReturnType<EngineQuestions[typeof question]>;
    });
    this.chainService = chainService;
    this.leases = leases;
    this.world = world;
    this.figures = figures;
    this.reads = passedReads(() => this.#engine?.reads ?? this.wake().then(({ reads }) => reads));
  }

  get limitedReads(): Reads {
    return this.reads;
  }

  get isAwake(): boolean {
    return this.#engine !== undefined;
  }

  /**
   * Resolves when it is awake, and what has become due while it slept is done.
   * @throws StoreFault if it cannot: it sleeps, nothing of the use was done, and the next use tries again.
   */
  async wake(): Promise<LocalEngine> {
    if (this.#engine !== undefined) return this.#engine;
    this.#waking ??= this.#after(() => this.#open())
      .catch((error: unknown) => {
        throw asNotDone(error);
      })
      .finally(() => {
        this.#waking = undefined;
      });
    return this.#waking;
  }

  /**
   * Whether something is due within this time of the world, or a command has no outcome yet. Work that waits for an
   * instruction is not due, and a timer of the world that is due later wakes it.
   */
  async isBusy(withinMs: number): Promise<boolean> {
    const engine = this.#engine;
    if (engine === undefined) return false;
    const { time, world } = this.#options.clock;
    if (engine.waitingCommands() > 0) return true;
    if (time.state.frozenAt !== null) return false;
    const isSoon = (work: DoneWork | undefined) => work !== undefined && work.at - time.now() <= withinMs;
    return isSoon(world.next) || isSoon(await engine.nextChange());
  }

  /** Does nothing if it sleeps. */
  sleep(): Promise<void> {
    return this.#after(() => this.#fallAsleep());
  }

  /** @returns a copy. PostgreSQL copies only databases without connections, so the engine sleeps afterwards. */
  async #restOnPostgres(databases: DatabaseCopies): Promise<WorldAtRest> {
    await this.#fallAsleep();
    return { ...this.#rest, image: await databases.copy(databaseOf(this.#rest.image)) };
  }

  /** Its store and chains as of now, also while it is in use. */
  async rest(): Promise<WorldAtRest> {
    const { databases } = this.#options;
    if (databases !== undefined) return this.#after(() => this.#restOnPostgres(databases));
    await this.#change;
    if (this.#isClosed) throw errorOf(engineClosed);
    if (this.#engine === undefined) return { ...this.#rest, image: inMemory(sqliteOf(this.#rest.image)) };
    return { image: this.#engine.image(), atMs: this.#options.clock.time.now() };
  }

  /** The latest image; while the engine sleeps, its state. */
  get image(): WorldImage {
    return this.#rest.image;
  }

  async openSnapshot(): Promise<Snapshot> {
    return (await this.wake()).openSnapshot();
  }

  waitingCommands(): number {
    return this.#engine?.waitingCommands() ?? 0;
  }

  submittedCommands(): number {
    return this.#engine?.submittedCommands() ?? 0;
  }

  feedAgeMs(): null {
    return null;
  }

  /** @throws while it sleeps: its user wakes it first. */
  catalog(): Catalog {
    if (this.#engine === undefined) throw new Error('the engine sleeps');
    return this.#engine.catalog();
  }

  close(): Promise<void> {
    return this.#after(async () => {
      this.#isClosed = true;
      const engine = this.#engine;
      this.#engine = undefined;
      try {
        await engine?.close();
        if (engine !== undefined) this.#options.files?.onClosed(this.#options.clock.time.now());
      } finally {
        if (this.#database !== undefined) await this.#options.databases?.drop(this.#database);
      }
    });
  }

  async #fallAsleep(): Promise<void> {
    const engine = this.#engine;
    if (engine === undefined) return;
    this.#engine = undefined;
    await this.#closeToRest(engine);
    this.#options.files?.onClosed(this.#rest.atMs);
  }

  /** Afterwards the time at which it resumes is known, whether or not it could be closed properly. */
  async #closeToRest(engine: LocalEngine): Promise<void> {
    const { clock, files, databases } = this.#options;
    let { image } = this.#rest;
    try {
      if (files === undefined && databases === undefined) image = await engine.closeToImage();
      else await engine.close();
    } finally {
      this.#rest = { image, atMs: clock.time.now() };
    }
  }

  /** One change after the other. */
  #after<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#change.then(change);
    this.#change = result.catch(() => {});
    return result;
  }

  /** Other worlds may begin with the same image. */
  async #copyFirst(databases: DatabaseCopies): Promise<void> {
    this.#database ??= await databases.copy(databaseOf(this.#rest.image));
    this.#rest = { ...this.#rest, image: this.#database };
  }

  async #open(): Promise<LocalEngine> {
    if (this.#engine !== undefined) return this.#engine;
    if (this.#isClosed) throw errorOf(engineClosed);
    const { clock, onWake, files, databases, rest: _, ownDatabase: _own, ...options } = this.#options;
    if (databases !== undefined) await this.#copyFirst(databases);
    const { image, atMs, wasCut = false } = this.#rest;
    const location = locationOf(image, files);
    files?.onOpen();
    const open = async (keepsTime: boolean, prepare: (engine: LocalEngine) => Promise<void>) => {
      const own = clock.withOtherTimers();
      const engine = await LocalEngine.open({ ...options, clock: own, location, lab: true, keepsTime });
      try {
        await prepare(engine);
      } catch (error) {
        // Finished work stays done, and the next use continues from there.
        await this.#closeToRest(engine).catch(() => {});
        throw error;
      }
      this.#engine = engine;
      return engine;
    };
    if (wasCut) return open(false, (engine) => onWake(engine, clock.time.state));
    const state = clock.time.state;
    const nowMs = clock.time.now();
    // The time stands still until what has become due by now is done.
    if (state.frozenAt === null) clock.time.state = { ...state, frozenAt: atMs, aheadMs: 0 };
    try {
      return await open(true, async (engine) => {
        await onWake(engine, state);
        if (state.frozenAt === null) await catchUp(engine, clock, nowMs, state);
      });
    } finally {
      clock.time.state = state;
    }
  }
}

function locationOf(image: WorldImage, files: EngineFiles | undefined): LocalEngineOptions['location'] {
  if (files !== undefined) return { folder: files.folder };
  return 'database' in image ? { postgres: image.database } : { memory: true, image };
}
