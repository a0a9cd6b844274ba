/** The feeds of changes of a process: of the exchange itself, and of each world of the lab that somebody follows. */
import type { Timers } from '../../clock/clock.ts';
import { isRejection, type Rejection } from '../../contract/errors.ts';
import type { RegisteredWorld } from '../../lab/worlds/registered-world.ts';
import type { Reads } from '../../store/reads.ts';
import type { OperatorParts } from '../handler.ts';
import { worldsNamed } from '../world-header.ts';
import { ChangeFeed } from './change-feed.ts';

export type Followed = {
  readonly feed: ChangeFeed;
  /** False once the world was deleted. */
  readonly exists: () => boolean;
};

export class ChangeFeeds {
  readonly #timers: Timers;
  readonly #exchange: ChangeFeed;
  readonly #ofWorlds = new WeakMap<RegisteredWorld<OperatorParts>, ChangeFeed>();

  constructor(reads: () => Reads, timers: Timers) {
    this.#timers = timers;
    this.#exchange = new ChangeFeed(reads, timers);
  }

  /** @param name of a world; undefined: the exchange itself. */
  async of(
    api: Pick<OperatorParts, 'worlds'>,
    name: string | undefined,
  ): Promise<Followed | Rejection<'operator-invalid'>> {
    if (name === undefined) return { feed: this.#exchange, exists: () => true };
    const worlds = await worldsNamed(api);
    if (isRejection(worlds)) return worlds;
    const world = worlds.ofHeader(name);
    if (isRejection(world)) return world;
    await world.use(async () => {});
    return { feed: this.#feedOf(world), exists: () => worlds.named(name) === world };
  }

  /** A follower does not keep a world awake. */
  #feedOf(world: RegisteredWorld<OperatorParts>): ChangeFeed {
    const isAsleep = () => !world.world.isAwake;
    const feed = this.#ofWorlds.get(world) ?? new ChangeFeed(() => world.world.reads, this.#timers, isAsleep);
    this.#ofWorlds.set(world, feed);
    return feed;
  }
}
