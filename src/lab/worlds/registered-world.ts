/** One world in the registry: its keys, its origin and its snapshots. */
import type { RawReply, RawRequest } from '../../http/http-message.ts';
import { StoreFault } from '../../store/port.ts';
import { databaseOf, type WorldImage } from '../../store/world-image.ts';
import { countUnderWay } from './count-under-way.ts';
import { IssuedKeys } from './issued-keys.ts';
import type { SavedWorld } from './saved-world.ts';
import type { World, WorldMaker, WorldPlan } from './world.ts';
import { type OpenHandler, WorldConnections } from './world-connections.ts';
import type { KeyHolder, MissingKey } from './world-keys.ts';
import type { RegistryClock, Snapshot, WorldOptions } from './world-options.ts';
import type { StoredWorld } from './world-place.ts';
import { DeletedWorld } from './world-problems.ts';
import { WorldUse } from './world-use.ts';

export class RegisteredWorld<O> {
  readonly options: WorldOptions;
  readonly world: World<O>;
  createdAt: number;
  readonly snapshots: Snapshot[] = [];
  readonly #clock: RegistryClock;
  readonly #use: WorldUse;
  #wasUsed = false;
  #lastSnapshot = 0;
  readonly #connections = new WorldConnections((change) => this.#use.noteUsers(change));
  readonly #issued: IssuedKeys;

  /** @param current its current state, if it differs from the one in which it was created. */
  constructor(
    options: WorldOptions,
    maker: WorldMaker<O>,
    clock: RegistryClock,
    { makeKey, onKey }: Pick<WorldPlan, 'makeKey' | 'onKey'>,
    current = options.origin,
  ) {
    this.options = options;
    this.#clock = clock;
    this.createdAt = clock.wire.now();
    this.#use = new WorldUse(clock);
    this.#issued = new IssuedKeys(options.holders);
    this.world = maker.open({
      name: options.name,
      seed: options.seed,
      saved: current,
      place: options.place,
      databases: options.databases,
      makeKey,
      onKey: (apiKey) => {
        this.#issued.add(apiKey);
        onKey(apiKey);
        this.record();
      },
      missingKeys: this.#issued.missing,
    });
  }

  get name(): string {
    return this.options.name;
  }

  /** The keys that it has issued. */
  get keys(): ReadonlySet<string> {
    return this.#issued.keys;
  }

  get isInUse(): boolean {
    return this.#use.isInUse;
  }

  get unusedMs(): number {
    return this.#use.unusedMs;
  }

  /** Machine time of the last use. */
  get usedAt(): number {
    return this.#use.lastAt;
  }

  /** The images that it keeps, some of which it may share with others. */
  get images(): readonly WorldImage[] {
    const saved = [this.options.origin, ...this.snapshots.map((each) => each.saved)];
    return [this.world.image, ...saved.map(({ image }) => image)];
  }

  /** Stores the record of the world, if it is on file. */
  record(): void {
    const { name: _name, origin: _origin, holders: _holders, place, ...known } = this.options;
    const snapshots = this.snapshots.map(({ saved: _saved, ...each }) => each);
    const lastSnapshot = this.#lastSnapshot;
    place?.writeRecord({
      ...known,
      createdAt: this.createdAt,
      keys: [...this.keys],
      lastSnapshot,
      snapshots,
    });
  }

  /** Continues with the world as an earlier process has left it. */
  resume({ record, kept, missingKeys }: StoredWorld): void {
    this.#issued.resume(record.keys, missingKeys);
    this.createdAt = record.createdAt;
    this.#wasUsed = true;
    this.#lastSnapshot = record.lastSnapshot;
    for (const each of record.snapshots) this.snapshots.push({ ...each, saved: kept(each.id) });
  }

  /** Adds one of its first keys when it wakes. */
  issue(key: MissingKey): void {
    this.#issued.issue(key);
  }

  /** Wakes it and keeps it awake meanwhile. */
  use<T>(work: (world: World<O>) => Promise<T>): Promise<T> {
    return this.#use.during(async () => {
      this.#wasUsed = true;
      if (!this.world.isAwake) await this.world.wake();
      return work(this.world);
    });
  }

  async answer(request: RawRequest): Promise<RawReply> {
    const reply = await this.use(({ handle }) => handle(request));
    if (reply.ending?.kind === 'delay') this.#use.noteLateReply(reply.ending.ms);
    return reply;
  }

  /** Decides on a WebSocket connection, which keeps it awake. */
  async admit(request: RawRequest): Promise<RawReply | OpenHandler> {
    const admitted = await this.use((world) => world.admit(request));
    if (typeof admitted !== 'function') return admitted;
    return (channel) => {
      const handler = this.#connections.add(channel, admitted(channel));
      // The world was restored, deleted or put to sleep meanwhile.
      if (this.#use.isChanging || !this.world.isAwake) this.#connections.endAll();
      return handler;
    };
  }

  /** The accounts that have keys. */
  holders(): Promise<readonly KeyHolder[]> {
    return this.#issued.holders((work) => this.use(({ reads }) => work(reads)));
  }

  /** Number of withdrawals that are to be sent, or are sent and not confirmed. */
  async underWay(): Promise<number> {
    if (!this.#wasUsed) return this.options.parked;
    return this.use(({ reads }) => countUnderWay(reads));
  }

  /** The current state. A world on PostgreSQL is closed for it and opened again, so nobody may use it meanwhile. */
  save(): Promise<SavedWorld> {
    if (this.options.databases === undefined) return this.#use.besides(() => this.world.save());
    this.#connections.endAll();
    return this.#use.alone(async () => {
      await this.#rememberKeys();
      const wasAwake = this.world.isAwake;
      const saved = await this.world.save();
      // A request that had to wait for it could be too late for its own time window.
      if (wasAwake) await this.world.wake();
      return saved;
    });
  }

  /** The current state, with its keys and everything that has become due. */
  async saveAwake(): Promise<SavedWorld> {
    if (this.options.databases === undefined) return this.use((world) => world.save());
    await this.use(async () => {});
    return this.save();
  }

  async snapshot(label: string | null): Promise<Snapshot> {
    const { place } = this.options;
    const saved = await this.save();
    this.#lastSnapshot += 1;
    const id = `s_${this.#lastSnapshot}`;
    const onFile = place?.keep(id, saved);
    const snapshot = {
      ...{ id, label, createdAt: this.#clock.wire.now() },
      saved: onFile === undefined ? saved : { ...onFile, faults: saved.faults },
    };
    this.snapshots.push(snapshot);
    try {
      this.record();
    } catch (error) {
      this.snapshots.splice(this.snapshots.indexOf(snapshot), 1);
      place?.remove(id);
      throw error;
    }
    return snapshot;
  }

  /**
   * Continues from a saved state, with the keys that it has issued. Ends the waits of its lab, and waits until nobody
   * uses it.
   */
  restore(saved: SavedWorld): Promise<void> {
    this.#stop();
    return this.#use.alone(async () => {
      await this.#issued.keepForRestore(this.world.reads, this.world.isAwake);
      await this.world.restore(saved);
      // A world on file gets its keys before anybody learns that it is restored, and PostgreSQL may refuse a copy.
      if ((this.options.place ?? this.options.databases) !== undefined)
        await this.world.wake().catch((error: unknown) => {
          // The world is restored all the same.
          throw error instanceof StoreFault ? new StoreFault('unknown', error.message, error) : error;
        });
      this.#use.note();
    });
  }

  /** Puts it to sleep unless somebody uses it. */
  async sleep(): Promise<void> {
    if (this.isInUse) return;
    await this.#use.alone(async () => {
      await this.#rememberKeys();
      await this.world.sleep();
    });
  }

  /** Notes the keys before the world sleeps, so that a restore need not wake it for them. */
  async #rememberKeys(): Promise<void> {
    if (this.world.isAwake) await this.#issued.noteAtRest(this.world.reads);
  }

  /** @param onFault called if it cannot be closed properly; it is deleted all the same. */
  async delete(onFault: (error: unknown) => void): Promise<void> {
    this.#stop();
    await this.#use.end(new DeletedWorld(this.name), () => this.world.close()).catch(onFault);
    const { place, databases, origin, isFromTemplate } = this.options;
    place?.delete();
    if (databases === undefined) return;
    const kept = this.snapshots.map(({ saved }) => saved);
    for (const { image } of isFromTemplate ? kept : [origin, ...kept])
      await databases.drop(databaseOf(image)).catch(onFault);
  }

  /** A world on file remains there. */
  close(): Promise<void> {
    this.#stop();
    return this.#use.alone(() => this.world.close());
  }

  /** Ends every wait before the work of a request, and its connections. */
  #stop(): void {
    this.#connections.endAll();
    this.world.stop();
  }
}
