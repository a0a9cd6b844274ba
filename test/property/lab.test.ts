/**
 * Random worlds of the lab in memory: requests of customers, some of which the lab breaks, some over HTTP; commands of
 * operators; troubles of chains and nodes, reorganisations; moves of the clock; forks, snapshots, restores, resets and
 * sleep. The store holds what the model says, the books balance, and no withdrawal is paid twice.
 */
import { test } from 'node:test';
import { playWorlds } from './lab-seeds.ts';

/** `npm run test:worlds` plays 1,000 too. */
const worlds = Number(process.env.BURSAR_WORLDS ?? (process.env.CI === 'true' ? 1000 : 100));

test('in random worlds of the lab, the store and the model agree, and nothing is paid twice', async (t) => {
  await playWorlds(t, 'in memory', worlds);
});
