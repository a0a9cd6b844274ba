/** Played worlds of the registry of a process with the lab: in memory, as tests of users have them. */
import assert from 'node:assert/strict';
import { isRejection } from '../../src/contract/errors.ts';
import type { LocalEngine } from '../../src/engine/local-engine.ts';
import type { RawReply, RawRequest } from '../../src/http/http-message.ts';
import type { Lab } from '../../src/lab/lab.ts';
import type { RegisteredWorld } from '../../src/lab/worlds/registered-world.ts';
import type { Worlds } from '../../src/lab/worlds/worlds.ts';
import type { OperatorParts } from '../../src/operator/handler.ts';
import { createWorlds } from '../../src/runtime/worlds/worlds-start.ts';
import { openImage } from '../../src/store/sqlite/image.ts';
import { sqliteOf } from '../../src/store/world-image.ts';
import { type PlayedParts, type PlayedWorld, playedParts, takeOpenedEngine } from './played-world.ts';
import { sentOf } from './sent-transactions.ts';

type Registered = RegisteredWorld<OperatorParts>;

/** Sends a request to a world over a wire. @param isHanging whether no reply will come any more */
export type Transport = (world: string, request: RawRequest, isHanging: () => boolean) => Promise<RawReply>;

export class RegistryWorlds {
  readonly parts: PlayedParts = playedParts();
  readonly worlds: Worlds<OperatorParts> = createWorlds(this.parts);

  /** Empty, with a frozen time. */
  async create(name: string): Promise<RegistryWorld> {
    const made = await this.worlds.createFromTemplate('empty', { name, seed: 0 });
    assert.ok(!isRejection(made));
    const played = new RegistryWorld(this, made.world);
    await played.use(async ({ lab }) => lab?.clock.freeze('world'));
    return played;
  }

  /** A copy of a snapshot with its own seed. */
  async copy(
    from: RegistryWorld,
    snapshot: string,
    seed: number,
    transport?: Transport,
  ): Promise<RegistryWorld> {
    const made = await this.worlds.createFromSnapshot(from.name, snapshot, { seed, name: `seed-${seed}` });
    assert.ok(!isRejection(made), 'rejected' in made ? made.rejected : '');
    return RegistryWorld.woken(this, made.world, transport);
  }

  close(): Promise<void> {
    return this.worlds.close();
  }
}

export class RegistryWorld implements PlayedWorld {
  readonly #all: RegistryWorlds;
  readonly #world: Registered;
  /** Undefined: requests are handed over without a wire. */
  readonly #transport: Transport | undefined;
  /** The one that it has woken with last. */
  #engine: LocalEngine | undefined;
  #forks = 0;

  constructor(all: RegistryWorlds, world: Registered, transport?: Transport) {
    this.#all = all;
    this.#world = world;
    this.#transport = transport;
  }

  static async woken(all: RegistryWorlds, world: Registered, transport?: Transport): Promise<RegistryWorld> {
    const played = new RegistryWorld(all, world, transport);
    await played.use(async () => {});
    return played;
  }

  get name(): string {
    return this.#world.name;
  }

  /** @param work is given what operators of the world use */
  use<T>(work: (operators: OperatorParts) => Promise<T>): Promise<T> {
    return this.#world.use(({ operators }) => {
      this.#engine = takeOpenedEngine() ?? this.#engine;
      return work(operators);
    });
  }

  get machine() {
    return this.#all.parts.machine;
  }

  readonly commands: PlayedWorld['commands'] = {
    submit: (...given) => this.use(({ commands }) => commands.submit(...given)),
  };

  get reads() {
    return this.#world.world.reads;
  }

  get chains() {
    return this.operators().chainService;
  }

  catalog() {
    return this.#world.world.catalog();
  }

  lab(): Lab {
    return this.operators().lab ?? assert.fail('the world has no lab');
  }

  operators(): OperatorParts {
    return this.#world.world.operators;
  }

  now(): number {
    return this.operators().clock.world.now();
  }

  send(request: RawRequest): Promise<RawReply> {
    if (this.#transport === undefined) return this.#world.use(({ handle }) => handle(request));
    const { requests } = this.lab();
    const before = requests.all().at(-1);
    return this.#transport(this.name, request, () => {
      const last = requests.all().at(-1);
      return last !== before && last?.ending === 'hang';
    });
  }

  async calm(): Promise<void> {
    await this.use(async () => this.#engine?.world.noteWorldTime());
  }

  async fork(): Promise<RegistryWorld> {
    this.#forks += 1;
    const made = await this.#all.worlds.fork(this.name, { name: `${this.name}-${this.#forks}` });
    assert.ok(!isRejection(made), 'rejected' in made ? made.rejected : '');
    return RegistryWorld.woken(this.#all, made.world, this.#transport);
  }

  async snapshot(): Promise<string> {
    const made = await this.#all.worlds.snapshot(this.name, null);
    assert.ok(!isRejection(made), 'rejected' in made ? made.rejected : '');
    return made.id;
  }

  async restore(snapshot: string): Promise<void> {
    assert.ok(!isRejection(await this.#all.worlds.restore(this.name, snapshot)));
    await this.use(async () => {});
  }

  async reset(): Promise<void> {
    assert.ok(!isRejection(await this.#all.worlds.reset(this.name)));
    await this.use(async () => {});
  }

  async sleep(): Promise<void> {
    await this.#world.sleep();
    await this.use(async () => {});
  }

  sent() {
    return this.use(async () => {
      const { image } = await this.#world.world.save();
      const database = openImage(sqliteOf(image).chains);
      try {
        return await sentOf(async (text) => database.prepare(text).all());
      } finally {
        database.close();
      }
    });
  }

  async close(): Promise<void> {
    await this.#all.worlds.delete(this.name);
  }
}
