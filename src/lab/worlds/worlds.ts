/** The operations of operators on worlds: create, fork, snapshot, restore, reset, export, import and compare them. */
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import { invalid } from '../../contract/operator-rejections.ts';
import { bytesOf } from '../../store/world-image.ts';
import { diffOf, type WorldDiff } from './diff.ts';
import type { RegisteredWorld } from './registered-world.ts';
import { type Made, WorldRegistry } from './registry.ts';
import { goingOn, type SavedWorld } from './saved-world.ts';
import type { PlayedScenario, TemplateName } from './world.ts';
import { exchangeName, type Naming, type Snapshot } from './world-options.ts';
import {
  type Conflict,
  conflict,
  DeletedWorld,
  placeProblem,
  problemOfBytes,
  type Unknown,
} from './world-problems.ts';

export type PlayedWorld<O> = Made<O> & { readonly played: PlayedScenario };

type MadeOr<O> = Made<O> | Unknown | Conflict;

/** Maximum number of snapshots of one world. */
const maxSnapshots = 100;
/** Maximum size of an export: in base64 and JSON it must be shorter than the longest text of JavaScript. */
const maxExportedBytes = 256 * 1024 * 1024;

export class Worlds<O> extends WorldRegistry<O> {
  createFromTemplate(
    template: TemplateName,
    { seed = this.parts.randomSeed(), ...naming }: Naming & { readonly seed?: number | undefined },
  ): Promise<Made<O> | Conflict> {
    return this.make<never>(naming, async () => {
      const { saved: origin, holders } = await this.parts.maker.template(
        template,
        naming.storage === 'postgres' ? 'postgres' : 'memory',
      );
      return { from: template, seed, origin, isFromTemplate: true, holders, parked: 0 };
    });
  }

  /**
   * Creates a world and plays a scenario in it; if that fails, there is no world.
   * @param options its seed goes before that of the scenario.
   */
  async createFromScenario(
    template: TemplateName,
    given: unknown,
    options: Naming & { readonly seed?: number | undefined },
  ): Promise<PlayedWorld<O> | Conflict | Rejection<'operator-invalid'>> {
    const scenario = this.parts.maker.readScenario(given);
    if ('problem' in scenario) return invalid(`body.scenario${scenario.problem}.`);
    const seed = options.seed ?? scenario.seed ?? undefined;
    const made = await this.createFromTemplate(template, { ...options, seed });
    if (isRejection(made)) return made;
    const played = await made.world.use(scenario.play).catch(async (error: unknown) => {
      await this.delete(made.world.name);
      return placeProblem(error);
    });
    if (isRejection(played)) return played;
    if ('problem' in played) {
      await this.delete(made.world.name);
      return invalid(`body.scenario${played.problem}.`);
    }
    return { ...made, apiKeys: [...made.apiKeys, ...played.keys], played };
  }

  createFromSnapshot(
    worldName: string,
    snapshotId: string,
    { seed, ...naming }: Naming & { readonly seed?: number | undefined },
  ): Promise<MadeOr<O>> {
    return this.make<Unknown | Conflict>(naming, async () => {
      const world = this.get(worldName);
      if (isRejection(world)) return world;
      const snapshot = snapshotOf(world, snapshotId);
      if (isRejection(snapshot)) return snapshot;
      const placed = await this.#placed(snapshot.saved, naming, 'shared');
      const saved = goingOn(placed, this.parts.clock.wire.now());
      return {
        from: worldName,
        seed: seed ?? world.options.seed,
        origin: seed === undefined ? saved : { ...saved, drawn: 0 },
        isFromTemplate: false,
        holders: await world.holders(),
        parked: 0,
      };
    });
  }

  fork(worldName: string, naming: Naming): Promise<MadeOr<O>> {
    if (worldName === exchangeName) return this.#forkExchange(naming);
    return this.make<Unknown | Conflict>(naming, async () => {
      const world = this.get(worldName);
      if (isRejection(world)) return world;
      const { seed } = world.options;
      const holders = await world.holders();
      const parked = await world.underWay();
      const origin = await this.#placed(await world.save(), naming, 'own');
      return { from: worldName, seed, origin, isFromTemplate: false, holders, parked };
    });
  }

  #forkExchange(naming: Naming): Promise<Made<O> | Conflict> {
    return this.make<Conflict>(naming, async () => {
      const copied = await this.parts.maker.copyExchange();
      if ('problem' in copied) return conflict(`${copied.problem}.`);
      const { saved, holders, parked } = copied;
      const origin = await this.#placed(saved, naming, 'own');
      const seed = this.parts.randomSeed();
      return { from: exchangeName, seed, origin, isFromTemplate: false, holders, parked };
    });
  }

  async import(
    file: Uint8Array,
    naming: Naming,
  ): Promise<Made<O> | Conflict | Rejection<'operator-invalid'>> {
    const imported = await this.parts.maker.fromFile(file);
    if ('problem' in imported) return invalid(`body.sqlite: ${imported.problem}.`);
    const { saved: origin, holders, seed } = imported;
    return this.make<never>(naming, async () => ({
      ...{ from: 'import', seed, holders, parked: 0, isFromTemplate: false },
      origin: goingOn(await this.#placed(origin, naming, 'own'), this.parts.clock.wire.now()),
    }));
  }

  async export(name: string): Promise<Uint8Array | Unknown | Conflict> {
    if (name === exchangeName) {
      const copied = await this.parts.maker.copyExchange();
      if ('problem' in copied) return conflict(`${copied.problem}.`);
      return this.#fileOf(copied.saved, this.parts.randomSeed());
    }
    const world = this.get(name);
    if (isRejection(world)) return world;
    try {
      const saved = await this.#placed(await world.saveAwake(), {}, 'own');
      return this.#fileOf(saved, world.options.seed);
    } catch (error) {
      return placeProblem(error);
    }
  }

  #fileOf(saved: SavedWorld, seed: number): Uint8Array | Conflict {
    const bytes = bytesOf(saved.image);
    return bytes > maxExportedBytes
      ? conflict(`The world has ${bytes} bytes, and at most ${maxExportedBytes} are exported.`)
      : this.parts.maker.toFile(saved, seed);
  }

  /** The changes since a snapshot; without one, since the world was created. */
  async diff(name: string, snapshotId: string | undefined): Promise<WorldDiff | Unknown | Conflict> {
    const world = this.get(name);
    if (isRejection(world)) return world;
    const snapshot = snapshotId === undefined ? undefined : snapshotOf(world, snapshotId);
    if (isRejection(snapshot)) return snapshot;
    try {
      return await this.#diffSince(snapshot?.saved ?? world.options.origin, world);
    } catch (error) {
      // The state that a world is compared with is deleted with the world.
      return placeProblem(this.get(name) === world ? error : new DeletedWorld(name));
    }
  }

  async #diffSince({ image }: SavedWorld, world: RegisteredWorld<O>): Promise<WorldDiff> {
    const before = await this.parts.maker.openBooks(image);
    try {
      return await world.use(({ reads, catalog }) => diffOf(before.reads, reads, catalog()));
    } finally {
      await before.close();
    }
  }

  async snapshot(name: string, label: string | null): Promise<Snapshot | Unknown | Conflict> {
    const world = this.get(name);
    if (isRejection(world)) return world;
    if (world.snapshots.length >= maxSnapshots)
      return conflict(`World ${name} has ${maxSnapshots} snapshots, which is the maximum.`);
    return problemOfBytes(this.bytes()) ?? this.#snapshotOf(world, label);
  }

  async #snapshotOf(world: RegisteredWorld<O>, label: string | null): Promise<Snapshot | Conflict> {
    try {
      return await world.snapshot(label);
    } catch (error) {
      return placeProblem(error);
    }
  }

  /**
   * Brings a saved state to the storage of a new world.
   * @param owner `shared`: others have its image, too.
   */
  async #placed(saved: SavedWorld, { storage }: Naming, owner: 'own' | 'shared'): Promise<SavedWorld> {
    const { image } = saved;
    const { databases } = this.parts.maker;
    // Without databases, nothing is on PostgreSQL, and `make` has refused worlds that were to be there.
    if (databases === undefined) return saved;
    if (!('database' in image))
      return storage === 'postgres' ? { ...saved, image: await databases.onPostgres(image) } : saved;
    if (storage === 'postgres')
      return owner === 'own' ? saved : { ...saved, image: await databases.copy(image) };
    // Nobody may be connected to a database that others copy.
    const own = owner === 'own' ? image : await databases.copy(image);
    try {
      return { ...saved, image: await databases.onSqlite(own) };
    } finally {
      await databases.drop(own);
    }
  }

  async restore(name: string, snapshotId: string): Promise<RegisteredWorld<O> | Unknown | Conflict> {
    const world = this.get(name);
    if (isRejection(world)) return world;
    const snapshot = snapshotOf(world, snapshotId);
    if (isRejection(snapshot)) return snapshot;
    return this.#restored(world, goingOn(snapshot.saved, this.parts.clock.wire.now()));
  }

  /** Resets the exchange of the process to the demo world. @returns its size in bytes. */
  async resetExchange(): Promise<{ readonly bytes: number } | Conflict> {
    const reset = await this.parts.maker.resetExchange();
    return 'problem' in reset ? conflict(`${reset.problem}.`) : reset;
  }

  /** Brings a world back to the state in which it was created. */
  async reset(name: string): Promise<RegisteredWorld<O> | Unknown | Conflict> {
    const world = this.get(name);
    if (isRejection(world)) return world;
    const { origin, isFromTemplate } = world.options;
    return this.#restored(world, isFromTemplate ? origin : goingOn(origin, this.parts.clock.wire.now()));
  }

  async #restored(world: RegisteredWorld<O>, saved: SavedWorld): Promise<RegisteredWorld<O> | Conflict> {
    const problem = await world.options.databases?.problem();
    if (problem !== undefined) return conflict(`${problem}.`);
    return world.restore(saved).then(() => world, placeProblem);
  }
}

function snapshotOf<O>(world: RegisteredWorld<O>, id: string): Snapshot | Unknown {
  return (
    world.snapshots.find((each) => each.id === id) ??
    reject('operator-not-found', { what: `snapshot ${id} of world ${world.name}` })
  );
}
