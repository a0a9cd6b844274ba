/** Plays one random world for each of many seeds. The seed of a world, and nothing else, repeats it exactly. */
import type { TestContext } from 'node:test';
import fc from 'fast-check';
import { createRandom, seed as seedOfRun } from '../support/seed.ts';
import { openPlace, type PlaceName } from './lab-places.ts';
import type { Reached } from './lab-play.ts';
import { playLab } from './lab-sequence.ts';
import { labSteps } from './lab-steps.ts';

/** `BURSAR_WORLD`: only the world of this seed is played, and compared with its model after each step. */
const wanted = process.env.BURSAR_WORLD;
const compareEvery = wanted === undefined ? 8 : 1;
/** Copies of a database take longer. */
const maxParts: Readonly<Record<PlaceName, number>> = { 'in memory': 6, 'SQLite on disk': 6, PostgreSQL: 4 };
/** After this time a failure is not shrunk any further. */
const maxShrinkMs = 120_000;

function seedsOf(count: number): readonly number[] {
  if (wanted !== undefined) return [Number(wanted)];
  const random = createRandom(seedOfRun);
  return Array.from({ length: count }, () => random.below(0x7fff_ffff));
}

/** @throws the first failure, shrunk, with the command that repeats its world. */
export async function playWorlds(t: TestContext, name: PlaceName, count: number): Promise<void> {
  const seeds = seedsOf(count);
  t.diagnostic(`${seeds.length} worlds, from seed ${seedOfRun} on`);
  const place = await openPlace(name);
  const reached: Reached = new Map();
  try {
    for (const seed of seeds) {
      const property = fc.asyncProperty(fc.noBias(labSteps(maxParts[name])), async (steps) => {
        await playLab(await place.begin(seed, reached), steps, { compareEvery });
      });
      const options = { seed, numRuns: 1, interruptAfterTimeLimit: maxShrinkMs };
      const found = await fc.check(property, options);
      if (found.failed) throw failureOf(name, seed, found);
    }
  } finally {
    await place.close();
  }
  const counts = [...reached].map(([what, times]) => `${what} ${times}`).sort();
  t.diagnostic(`what happened, and how often: ${counts.join(', ')}`);
}

function failureOf<T>(name: PlaceName, seed: number, found: fc.RunDetails<T>): Error {
  const file = name === 'in memory' ? 'lab' : 'lab-storage';
  const command = `BURSAR_WORLD=${seed} node test/property/${file}.test.ts`;
  return new Error(
    `${name}, the world of seed ${seed}\n${fc.defaultReportMessage(found)}\nTo repeat: ${command}`,
    { cause: found.errorInstance },
  );
}
