import type { RegisteredWorld } from './registered-world.ts';

/** The number of worlds that may be awake at the same time without being busy. */
const maxAwake = 32;
/** Each has some ten connections. */
const maxAwakeOnPostgres = 4;

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
