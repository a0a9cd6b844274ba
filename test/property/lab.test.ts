/**
 * Random worlds of the lab on every store: requests, some of which are lost and sent again, troubles of chains and nodes,
 * reorganisations, and moves of the clock. After each step the store holds what the model says, and the books balance.
 */
import { test } from 'node:test';
import fc from 'fast-check';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { checkProperty } from '../support/seed.ts';
import { places } from './lab-places.ts';
import { playLab, type Reached } from './lab-play.ts';
import { labSteps } from './lab-steps.ts';

/** `npm run test:worlds` plays this many, in memory only. */
const many = Number(process.env.BURSAR_WORLDS ?? 0);
const inMemory = many === 0 ? 60 : many;
const onDisk = many === 0 ? 20 : 0;
/** No world is begun after this time, so that a slow machine plays fewer. */
const limitMs = many === 0 ? 15_000 : 7_200_000;

for (const [name, numRuns, skip] of [
  ['in memory', inMemory, false],
  ['SQLite on disk', onDisk, false],
  ['PostgreSQL', onDisk, skipWithoutPostgres],
] as const) {
  if (numRuns === 0) continue;
  test(`${name}: in random worlds of the lab, the store and the model agree after each step`, {
    skip,
  }, async (t) => {
    const reached: Reached = new Map();
    const property = fc.asyncProperty(fc.noBias(labSteps), async (steps) => {
      const place = await places[name]();
      try {
        await playLab(place.location, steps, { reached });
      } finally {
        await place.close();
      }
    });
    await checkProperty(t, 'property', property, { numRuns, limitMs });
    const counts = [...reached].map(([what, times]) => `${what} ${times}`);
    t.diagnostic(`what happened, and how often: ${counts.join(', ')}`);
  });
}
