/**
 * One seed for everything random in a test run: drawn anew each time, printed, and taken from `BURSAR_SEED` to repeat a
 * run. `BURSAR_PATH` leads fast-check directly to the smallest counterexample that it found.
 */
import { randomInt } from 'node:crypto';
import type { TestContext } from 'node:test';
import fc from 'fast-check';

const largestSeed = 0x7fff_ffff;
/** After this time a property begins no further run, and counts as passed unless it has failed. */
const maxTimeMs = 30_000;

export const seed = readSeed(process.env.BURSAR_SEED);

function readSeed(text: string | undefined): number {
  if (text === undefined || text === '') return randomInt(largestSeed);
  if (!/^\d{1,10}$/.test(text)) throw new Error(`BURSAR_SEED must be a whole number, not '${text}'`);
  return Number(text);
}

let announced = false;

/** Prints, once per file, the seed and the command that repeats the run. @returns the command. */
export function announceSeed(t: TestContext, suite: string): string {
  const again = `BURSAR_SEED=${seed} npm test -- ${suite}`;
  if (!announced) t.diagnostic(`seed ${seed}; to repeat: ${again}`);
  announced = true;
  return again;
}

/**
 * The property without runs that begin too late. A run that has begun is completed: on a slow machine it may be the only
 * one.
 */
function endingAfter<T>(property: fc.IAsyncProperty<T>, ms: number): fc.IAsyncProperty<T> {
  const startedMs = performance.now();
  let runs = 0;
  return Object.assign(Object.create(property) as fc.IAsyncProperty<T>, {
    async run(value: T) {
      const isOver = runs > 0 && performance.now() - startedMs > ms;
      runs += 1;
      return isOver ? new fc.PreconditionFailure(true) : property.run(value);
    },
  });
}

/** Runs a fast-check property with the seed; a failure names the command that reproduces it directly. */
export async function checkProperty<T>(
  t: TestContext,
  suite: string,
  property: fc.IAsyncProperty<T>,
  { limitMs = maxTimeMs, ...options }: fc.Parameters<T> & { readonly limitMs?: number } = {},
): Promise<void> {
  const again = announceSeed(t, suite);
  const path = process.env.BURSAR_PATH;
  const found = await fc.check(endingAfter(property, limitMs), {
    markInterruptAsFailure: false,
    ...options,
    seed,
    ...(path !== undefined && { path }),
  });
  if (!found.failed) return;
  const command = `BURSAR_PATH=${found.counterexamplePath ?? ''} ${again}`;
  throw new Error(`${t.name}\n${fc.defaultReportMessage(found)}\nTo repeat: ${command}`, {
    cause: found.errorInstance,
  });
}

export type Random = {
  /** An integer from 0 to `bound` − 1. */
  below(bound: number): number;
  pick<T>(items: readonly T[]): T;
  chance(probability: number): boolean;
};

/** mulberry32: small and deterministic. */
export function createRandom(start: number): Random {
  let state = start >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return {
    below: (bound) => Math.floor(next() * bound),
    pick: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
    chance: (probability) => next() < probability,
  };
}
