/** The random worlds of `lab.test.ts` on a file and on PostgreSQL. */
import { test } from 'node:test';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { playWorlds } from './lab-seeds.ts';

const worlds = 20;

test('SQLite on disk: in random worlds of the lab, the store and the model agree', async (t) => {
  await playWorlds(t, 'SQLite on disk', worlds);
});

test('PostgreSQL: in random worlds of the lab, the store and the model agree', {
  skip: skipWithoutPostgres,
}, async (t) => {
  await playWorlds(t, 'PostgreSQL', worlds);
});
