/** Durations as people write them, such as `1h30m`. */
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The latest time of a world: 2100-01-01. */
export const maxWorldMs = 4_102_444_800_000;

/** @param given milliseconds, or numbers that are each followed by d, h, m, s or ms. @returns milliseconds. */
export function durationOf(given: number | string): number {
  if (typeof given === 'number') return given;
  let sum = 0;
  for (const [, count, unit = 'ms'] of given.matchAll(/(\d+)(ms|s|m|h|d)/g))
    sum += Number(count) * (unitMs[unit] ?? 0);
  return sum;
}
