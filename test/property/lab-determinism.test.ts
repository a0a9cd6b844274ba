/**
 * One client that asks for one thing after the other, a time that stands still between its moves, and ids from a seed:
 * the same seed gives the same event log in memory, on SQLite and on PostgreSQL, whatever numbers commits have.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { checkProperty } from '../support/seed.ts';
import { type PlaceName, places } from './lab-places.ts';
import { playLab } from './lab-play.ts';
import { type LabStep, labSteps } from './lab-steps.ts';

/** Requests at the same time may be committed in another order. */
const oneByOne = (step: LabStep): readonly LabStep[] =>
  step.do === 'ask' ? step.batch.map((each) => ({ ...step, batch: [each] })) : [step];
const sequences = fc.noBias(labSteps).map((steps) => steps.flatMap(oneByOne));

async function playOn(name: PlaceName, steps: readonly LabStep[], idSeed: number) {
  const place = await places[name]();
  try {
    return await playLab(place.location, steps, { idSeed });
  } finally {
    await place.close();
  }
}

for (const [name, numRuns, skip] of [
  ['SQLite on disk', 8, false],
  ['PostgreSQL', 3, skipWithoutPostgres],
] as const) {
  test(`${name}: the same seed gives the same event log as in memory, and another seed other ids`, {
    skip,
  }, async (t) => {
    const property = fc.asyncProperty(sequences, fc.nat(), async (steps, idSeed) => {
      const expected = await playOn('in memory', steps, idSeed);
      assert.ok(expected.length > 0);
      assert.deepEqual(await playOn(name, steps, idSeed), expected);
    });
    await checkProperty(t, 'property', property, { numRuns, limitMs: 6_000 });
  });
}

test('the same seed gives the same event log again, and another seed other ids', async (t) => {
  const property = fc.asyncProperty(sequences, fc.nat(), async (steps, idSeed) => {
    const first = await playOn('in memory', steps, idSeed);
    assert.deepEqual(await playOn('in memory', steps, idSeed), first);
    assert.notDeepEqual(await playOn('in memory', steps, idSeed + 1), first);
  });
  await checkProperty(t, 'property', property, { numRuns: 5, limitMs: 5_000 });
});
