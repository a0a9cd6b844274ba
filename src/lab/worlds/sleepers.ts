/** Which worlds are put to sleep. */
import type { RegisteredWorld } from './registered-world.ts';

/** The number of worlds that may be awake at the same time without being busy. */
const maxAwake = 32;
/** Each has some ten connections. */
const maxAwakeOnPostgres = 4;
/** A world in which something is due within this time stays awake, ms of the world. */
const busyWithinMs = 60_000;

/** @returns the world that was not used for longest, if too many of the same storage would be awake with this one. */
export function sleeperFor<O>(
  wanted: RegisteredWorld<O>,
  worlds: readonly RegisteredWorld<O>[],
): RegisteredWorld<O> | undefined {
  const { databases } = wanted.options;
  const max = databases === undefined ? maxAwake : maxAwakeOnPostgres;
  if (wanted.world.isAwake || worlds.length <= max) return undefined;
  const alike = worlds.filter(({ options }) => options.databases === databases);
  const awake = alike.filter((each) => each.world.isAwake && !each.isInUse);
  if (awake.length < max) return undefined;
  return awake.reduce((one, other) => (one.unusedMs >= other.unusedMs ? one : other));
}

export async function sleepUnlessBusy<O>(world: RegisteredWorld<O>): Promise<void> {
  if (world.world.isAwake && !(await world.world.isBusy(busyWithinMs))) await world.sleep();
}
