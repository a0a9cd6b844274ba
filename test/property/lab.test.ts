/**
 * Random worlds of the lab in memory: requests of customers, some of which the lab breaks, some over HTTP; commands of
 * operators; troubles of chains and nodes, reorganisations; moves of the clock; forks, snapshots, restores, resets and
 * sleep. The store agrees with the model, the books balance, and no withdrawal is paid twice.
 */
import { test } from 'node:test';
import { playWorlds } from './lab-seeds.ts';

/** 1,000 worlds take three minutes of a core that nothing else uses. */
const limits = { timeout: 1_800_000 };
/** `npm run test:worlds` plays 1,000 too. */
const worlds = Number(process.env.BURSAR_WORLDS ?? (process.env.CI === 'true' ? 1000 : 100));

// Worlds in memory are the same whatever store the suite runs on.
if (process.env.BURSAR_TEST_STORE !== 'postgres')
  test('in random worlds of the lab, the store and the model agree, and nothing is paid twice', limits, (t) =>
    playWorlds(t, 'in memory', worlds),
  );
