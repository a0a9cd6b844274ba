/**
 * The worlds of one process, by name. A world that nobody uses sleeps: it is an image without connections and timers
 * (`engine/sleeping-engine.ts`). One timer for all of them puts worlds to sleep and deletes those whose time is over.
 */
import type { Cancel } from '../../clock/clock.ts';
import { isRejection, type Rejection } from '../../contract/errors.ts';
import type { RawReply, RawRequest } from '../../http/http-message.ts';
import type { Admit } from '../../http/web-socket/message-channel.ts';
import { bytesOf } from '../../store/world-image.ts';
import { SeededKeys } from '../seeded-keys.ts';
import { type NewKey, withKeys } from './new-keys.ts';
import { RegisteredWorld } from './registered-world.ts';
import type { SavedWorld } from './saved-world.ts';
import { sleeperFor, sleepUnlessBusy } from './sleepers.ts';
import type { IssuedKey } from './world-keys.ts';
import type { Naming, Planned, WorldOptions } from './world-options.ts';
import {
  type Conflict,
  noWorld,
  noWorldOfHeader,
  placeProblem,
  problemOfBytes,
  problemOfNew,
  problemOfStorage,
  type Unknown,
  unlessDeleted,
} from './world-problems.ts';
import type { WorldsParts } from './worlds-parts.ts';

export type Made<O> = { readonly world: RegisteredWorld<O>; readonly apiKeys: readonly IssuedKey[] };

/** A world that is not used for this time sleeps, ms. */
const sleepAfterMs = 2000;
const sweepIntervalMs = 1000;

export class WorldRegistry<O> {
  protected readonly parts: WorldsParts<O>;
  readonly #byName = new Map<string, RegisteredWorld<O>>();
  readonly #byKey = new Map<string, RegisteredWorld<O>>();
  readonly #keys = new SeededKeys();
  /** Names that are being given to new worlds. */
  readonly #reserved = new Set<string>();
  #stopSweeping: Cancel | undefined;
  #isSweeping = false;

  constructor(parts: WorldsParts<O>) {
    this.parts = parts;
  }

  get size(): number {
    return this.#byName.size;
  }

  list(): readonly RegisteredWorld<O>[] {
    return [...this.#byName.values()];
  }

  named(name: string): RegisteredWorld<O> | undefined {
    return this.#byName.get(name);
  }

  /** The world that has issued the key. */
  ofKey(apiKey: string): RegisteredWorld<O> | undefined {
    return this.#byKey.get(apiKey);
  }

  get(name: string): RegisteredWorld<O> | Unknown | Conflict {
    return this.#byName.get(name) ?? noWorld(name);
  }

  /** Answers a request of a customer. */
  handle(world: RegisteredWorld<O>, request: RawRequest): Promise<RawReply> {
    this.#letOthersSleep(world);
    return world.answer(request);
  }

  /** Decides on a WebSocket connection of a customer. */
  admit(world: RegisteredWorld<O>, request: RawRequest): ReturnType<Admit> {
    this.#letOthersSleep(world);
    return world.admit(request);
  }

  /** The world that a request of an operator names. */
  ofHeader(name: string): RegisteredWorld<O> | Rejection<'operator-invalid'> {
    return this.#byName.get(name) ?? noWorldOfHeader(name);
  }

  /** Does something with a world for an operator. */
  async operate<T>(
    name: string,
    work: (operators: O) => Promise<T>,
  ): Promise<T | Rejection<'operator-invalid'>> {
    const world = this.ofHeader(name);
    if (isRejection(world)) return world;
    this.#letOthersSleep(world);
    return world.use(({ operators }) => work(operators)).catch(unlessDeleted(noWorldOfHeader(name)));
  }

  async delete(name: string): Promise<Unknown | Conflict | undefined> {
    const world = this.get(name);
    if (isRejection(world)) return world;
    this.#byName.delete(name);
    for (const apiKey of world.keys) this.#byKey.delete(apiKey);
    if (this.size === 0) this.#endSweeping();
    await world.delete(this.parts.onFault);
    return undefined;
  }

  /** The size of all images, some of which are shared. */
  bytes(): number {
    const images = new Set(this.list().flatMap((world) => world.images));
    return [...images].reduce((sum, image) => sum + bytesOf(image), 0);
  }

  /** Ends every wait before the work of a request. */
  stop(): void {
    for (const { world } of this.list()) world.stop();
  }

  /** Closes all worlds. Worlds on file remain there. */
  async close(): Promise<void> {
    this.#endSweeping();
    await Promise.all(this.list().map((world) => world.close()));
    await this.parts.maker.close();
  }

  /** Finds the worlds on file that an earlier process has left. */
  resume(): void {
    for (const stored of this.parts.maker.places.stored()) {
      const { name, record, place, current, kept } = stored;
      const world = this.#open(
        { ...record, name, place, origin: kept('origin'), holders: undefined },
        current,
      );
      world.resume(stored);
      this.#keys.skip(name, world.keys.size);
      for (const apiKey of world.keys) this.#byKey.set(apiKey, world);
    }
  }

  protected async make<R extends Rejection>(
    { name = `w-${this.parts.randomName()}`, timeToLiveMs, storage }: Naming,
    plan: () => Promise<Planned | R>,
  ): Promise<Made<O> | Conflict | R> {
    const isTaken = this.#byName.has(name) || this.#reserved.has(name);
    const refused = problemOfNew(name, isTaken, this.size + this.#reserved.size);
    if (refused !== undefined) return refused;
    this.#reserved.add(name);
    try {
      const problem = problemOfBytes(this.bytes()) ?? (await problemOfStorage(storage, this.parts.maker));
      if (problem !== undefined) return problem;
      const planned = await plan();
      // cast: R has all rejections of a plan.
      if (isRejection(planned)) return planned as R;
      const options = { name, timeToLiveMs: timeToLiveMs ?? null, ...planned };
      if (storage === 'file') return await this.#addOnFile(options);
      if (storage !== 'postgres') return this.#add(options);
      return await this.#begun(this.#add({ ...options, databases: this.parts.maker.databases }));
    } catch (error) {
      return placeProblem(error);
    } finally {
      this.#reserved.delete(name);
    }
  }

  /** Resolves when the world is on file with its keys. */
  async #addOnFile(planned: Planned & Pick<WorldOptions, 'name' | 'timeToLiveMs'>): Promise<Made<O>> {
    const place = this.parts.maker.places.create(planned.name);
    let made: Made<O>;
    try {
      const origin = { ...place.keep('origin', planned.origin), faults: planned.origin.faults };
      const current = place.replace(planned.origin, []);
      made = this.#add({ ...planned, origin, place }, current);
    } catch (error) {
      place.delete();
      throw error;
    }
    return this.#begun(made);
  }

  /** The world, once it has its keys. If it cannot begin, it is deleted, because its keys are shown to nobody. */
  async #begun(made: Made<O>): Promise<Made<O>> {
    try {
      await made.world.use(async () => {});
      made.world.record();
      return made;
    } catch (error) {
      await this.delete(made.world.name);
      throw error;
    }
  }

  #add(
    planned: Planned & Pick<WorldOptions, 'name' | 'timeToLiveMs' | 'place' | 'databases'>,
    current?: SavedWorld,
  ): Made<O> {
    const makeKey = () => this.#keys.next(planned.name, planned.seed);
    const issued = planned.holders.map((holder) => ({ holder, ...makeKey() }));
    const options = withKeys(planned, issued);
    const { faults } = options.origin;
    const world = this.#open(options, current && { ...current, faults });
    for (const each of issued) this.#issue(world, each);
    const apiKeys = issued.map(({ holder: { email }, apiKey, secretKey }) => ({ email, apiKey, secretKey }));
    return { world, apiKeys };
  }

  #open(options: WorldOptions, current?: SavedWorld): RegisteredWorld<O> {
    const { clock, maker } = this.parts;
    const makeKey = () => this.#keys.next(options.name, options.seed);
    const onKey = (apiKey: string) => {
      // A request in progress may make one although its world was deleted.
      if (this.#byName.get(options.name) === world) this.#byKey.set(apiKey, world);
    };
    const world = new RegisteredWorld(options, maker, clock, { makeKey, onKey }, current);
    this.#byName.set(options.name, world);
    this.#stopSweeping ??= clock.monotonic.every(sweepIntervalMs, () => void this.#sweep(), { ref: false });
    return world;
  }

  #issue(world: RegisteredWorld<O>, { holder: { apiKeys: _, ...limits }, apiKey, secretKey }: NewKey): void {
    const encryptedSecret = this.parts.encryptSecret(secretKey);
    world.issue({ apiKey, keyType: 'hmac', encryptedSecret, publicKey: null, ...limits });
    this.#byKey.set(apiKey, world);
  }

  #endSweeping(): void {
    this.#stopSweeping?.();
    this.#stopSweeping = undefined;
  }

  async #sweep(): Promise<void> {
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    for (const world of this.list()) await this.#sweepOne(world).catch(this.parts.onFault);
    this.#isSweeping = false;
  }

  async #sweepOne(world: RegisteredWorld<O>): Promise<void> {
    const { timeToLiveMs } = world.options;
    if (timeToLiveMs !== null && world.unusedMs >= timeToLiveMs) await this.delete(world.name);
    else if (world.unusedMs >= sleepAfterMs) await sleepUnlessBusy(world);
  }

  /** Before a world is used: puts the one that was not used for longest to sleep if many are awake. */
  #letOthersSleep(wanted: RegisteredWorld<O>): void {
    const oldest = sleeperFor(wanted, this.list());
    if (oldest !== undefined) void sleepUnlessBusy(oldest).catch(this.parts.onFault);
  }
}
