/** One world of the lab: an engine that sleeps, and what serves its requests from its first use on. */
import { codeOf, messageOf } from '../../boundary/caught.ts';
import type { Clock } from '../../clock/clock.ts';
import { LabClock } from '../../clock/lab-clock.ts';
import { ConfigError } from '../../engine/config-error.ts';
import { SleepingEngine } from '../../engine/sleeping-engine.ts';
import type { SavedFaults } from '../../lab/saved-faults.ts';
import { SeededIds } from '../../lab/seeded-ids.ts';
import type { SavedWorld } from '../../lab/worlds/saved-world.ts';
import type { World, WorldPlan } from '../../lab/worlds/world.ts';
import type { Rest, WorldPlace } from '../../lab/worlds/world-place.ts';
import { type Logger, logOfWorld } from '../../observability/log.ts';
import type { OperatorParts } from '../../operator/handler.ts';
import { StoreFault } from '../../store/port.ts';
import { type DatabaseImage, databaseOf } from '../../store/world-image.ts';
import { addKeys } from './add-keys.ts';
import type { ProcessExchange } from './process-exchange.ts';
import { type Served, type ServingParts, serveWorld } from './serve-world.ts';

/** A world on file that was cut short must not draw ids again that it may have drawn: at most this many are skipped. */
const reservedIds = 1000;

/** The parts that the worlds share with the process. */
export type WorldParts = ServingParts & {
  /** The clock of the machine. */
  readonly machine: Clock;
  readonly log: Logger;
  /** The exchange of the process; undefined: it has only worlds. */
  readonly exchange?: ProcessExchange;
};

export function openWorld(parts: WorldParts, plan: WorldPlan): World<OperatorParts> {
  let opened = new OpenedWorld(parts, plan, plan.saved);
  return {
    handle: (request) => opened.served.handle(request),
    admit: (request) => opened.served.admit(request),
    get operators() {
      return opened.served.operators;
    },
    get reads() {
      return opened.engine.reads;
    },
    catalog: () => opened.engine.catalog(),
    get now() {
      return opened.now;
    },
    get isAwake() {
      return opened.isAwake;
    },
    get image() {
      return opened.engine.image;
    },
    wake: () => opened.wake(),
    isBusy: (withinMs) => opened.engine.isBusy(withinMs),
    sleep: () => opened.engine.sleep(),
    save: () => opened.save(),
    async restore(saved) {
      const before = opened;
      // Copied before the old world is closed, because PostgreSQL may refuse the copy.
      const ownDatabase = await plan.databases?.copy(databaseOf(saved.image));
      // The remains of a world that cannot be closed properly are removed with the process, or by the next start.
      await before
        .close()
        .catch((error: unknown) => before.log.warn(error, 'a world was not closed properly'));
      const reopen = (from: SavedWorld) => {
        opened = new OpenedWorld(parts, plan, from, ownDatabase);
      };
      if (plan.place === undefined) return reopen(saved);
      try {
        reopen({ ...plan.place.replace(saved, plan.missingKeys), faults: saved.faults });
      } catch (error) {
        reopen({ ...plan.place.current(), faults: before.faults });
        throw error;
      }
    },
    stop: () => opened.stop(),
    close: () => opened.close(),
  };
}

/** A world until it is closed; a restored one is opened anew. */
class OpenedWorld {
  readonly engine: SleepingEngine;
  readonly #parts: WorldParts;
  readonly #plan: WorldPlan;
  readonly #clock: LabClock;
  readonly #ids: SeededIds;
  readonly log: Logger;
  readonly #faults: SavedFaults | undefined;
  #served: Served | undefined;

  constructor(parts: WorldParts, plan: WorldPlan, saved: SavedWorld, ownDatabase?: DatabaseImage) {
    this.#parts = parts;
    this.#plan = plan;
    this.#clock = new LabClock(parts.machine);
    this.#clock.time.state = saved.time;
    const { place, databases } = plan;
    this.#ids = new SeededIds(plan.seed, saved.drawn, place && ((drawn) => this.#reserve(place, drawn)));
    this.#faults = saved.faults;
    this.log = logOfWorld(parts.log, plan.name, this.#clock.time);
    this.engine = new SleepingEngine({
      clock: this.#clock,
      rest: saved,
      blockMs: parts.config.BURSAR_BLOCK_MS,
      randomHex: () => this.#ids.next(),
      files: place && {
        folder: place.folder,
        onOpen: () => void this.#reserve(place, this.#ids.drawn),
        onClosed: (atMs) => this.#note(place, { atMs, drawn: this.#ids.drawn }),
      },
      databases,
      ownDatabase,
      onWake: async (engine, time) => {
        const { length: missing } = plan.missingKeys;
        await addKeys(plan.missingKeys, engine);
        // A key that is deleted from now on stays deleted.
        if (place && missing > 0) this.#reserve(place, this.#ids.drawn);
        // A copy has the record of its original.
        if (place) await engine.commands.submit('recordLabClock', time);
      },
      onChanged: (tables, named) => this.#served?.onChanged(tables, named),
      onFault: (what, message) => this.log.warn({ what }, message),
      onFatal: (error) => this.log.error(error, 'a bug stops this world; restore or reset it'),
    });
  }

  get now(): number {
    return this.#clock.time.now();
  }

  get isAwake(): boolean {
    return this.engine.isAwake && this.#served !== undefined;
  }

  /** @throws before its first use. */
  get served(): Served {
    if (this.#served === undefined) throw new Error('the world was not woken');
    return this.#served;
  }

  /** @throws StoreFault if it cannot wake now */
  async wake(): Promise<void> {
    try {
      await this.engine.wake();
      this.#served ??= await this.#serve();
    } catch (error) {
      this.log.warn(error, 'a world cannot be woken');
      const isOfMachine = error instanceof ConfigError || codeOf(error) !== undefined;
      throw isOfMachine ? new StoreFault('not-done', messageOf(error), error) : error;
    }
  }

  async save(): Promise<SavedWorld> {
    const { image, atMs } = await this.engine.rest();
    return { image, atMs, time: this.#clock.time.state, drawn: this.#ids.drawn, faults: this.faults };
  }

  get faults(): SavedFaults | undefined {
    return this.#served?.lab.save() ?? this.#faults;
  }

  stop(): void {
    this.#served?.lab.stop();
  }

  async close(): Promise<void> {
    this.stop();
    await this.#served?.streams.stop();
    await this.engine.close();
  }

  /** Notes that it was not closed yet. @returns how many ids may be drawn before this is noted again. */
  #reserve(place: WorldPlace, drawn: number): number {
    const reserved = drawn + reservedIds;
    this.#note(place, { atMs: this.#clock.time.now(), drawn: reserved, wasCut: true });
    return reserved;
  }

  #note(place: WorldPlace, rest: Pick<Rest, 'atMs' | 'drawn' | 'wasCut'>): void {
    place.noteRest({ ...rest, time: this.#clock.time.state, missingKeys: this.#plan.missingKeys });
  }

  #serve(): Promise<Served> {
    const { engine } = this;
    const [clock, ids, log] = [this.#clock, this.#ids, this.log];
    return serveWorld(this.#parts, {
      engine,
      clock,
      ids,
      log,
      faults: this.#faults,
      makeKey: () => this.#makeKey(),
    });
  }

  #makeKey() {
    const key = this.#plan.makeKey();
    this.#plan.onKey(key.apiKey);
    return key;
  }
}
