/**
 * One client that asks for one thing after the other, a time that stands still between its moves, and everything random
 * from a seed: the same seed gives the same event log in memory, on SQLite and on PostgreSQL, whatever numbers commits
 * have, and also over forks, snapshots, restores, resets and sleep, for which a file and a database are closed and copied.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { checkProperty } from '../support/seed.ts';
import { openPlace, type Place, type PlaceName } from './lab-places.ts';
import { playLab } from './lab-sequence.ts';
import { type LabStep, labSteps } from './lab-steps.ts';

/** Requests at the same time may be committed in another order. */
const oneByOne = (step: LabStep): readonly LabStep[] =>
  step.do === 'ask' ? step.batch.map((each) => ({ ...step, batch: [each] })) : [step];
const sequences = fc.noBias(labSteps(8)).map((steps) => steps.flatMap(oneByOne));
const places = new Map<PlaceName, Promise<Place>>();
after(async () => {
  for (const place of places.values()) await (await place).close();
});

const rarely = { compareEvery: 1000 };

function placeNamed(name: PlaceName): Promise<Place> {
  const known = places.get(name) ?? openPlace(name);
  places.set(name, known);
  return known;
}

async function playOn(name: PlaceName, steps: readonly LabStep[], seed: number) {
  const place = await placeNamed(name);
  return playLab(await place.begin(seed), steps, rarely);
}

test('on a file, the same seed gives the same event log as in memory', async (t) => {
  const property = fc.asyncProperty(sequences, fc.nat(), async (steps, seed) => {
    const expected = await playOn('in memory', steps, seed);
    assert.ok(expected.length > 0);
    assert.deepEqual(await playOn('SQLite on disk', steps, seed), expected);
  });
  await checkProperty(t, 'property', property, { numRuns: 8 });
});

test('on PostgreSQL, the same seed gives the same event log as in memory', {
  skip: skipWithoutPostgres,
}, async (t) => {
  const property = fc.asyncProperty(sequences, fc.nat(), async (steps, seed) => {
    assert.deepEqual(await playOn('PostgreSQL', steps, seed), await playOn('in memory', steps, seed));
  });
  await checkProperty(t, 'property', property, { numRuns: 5, limitMs: 20_000 });
});

test('a world that sleeps after each step has the same event log as one that is always awake', async (t) => {
  const property = fc.asyncProperty(sequences, fc.nat(), async (all, seed) => {
    const awake = all.filter((step) => step.do !== 'sleep');
    const sleeping = awake.flatMap((step): readonly LabStep[] => [step, { do: 'sleep' }]);
    assert.deepEqual(await playOn('in memory', sleeping, seed), await playOn('in memory', awake, seed));
  });
  await checkProperty(t, 'property', property, { numRuns: 8 });
});

test('the same seed gives the same event log again, and another seed other ids', async (t) => {
  let others = 0;
  const property = fc.asyncProperty(sequences, fc.nat(), async (steps, seed) => {
    const first = await playOn('in memory', steps, seed);
    assert.deepEqual(await playOn('in memory', steps, seed), first);
    // Nothing that has an id may have happened.
    if (!isDeepStrictEqual(await playOn('in memory', steps, seed + 1), first)) others += 1;
  });
  await checkProperty(t, 'property', property, { numRuns: 8 });
  assert.ok(others > 0);
});
