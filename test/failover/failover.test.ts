/**
 * The primary is lost under load and the standby is promoted. The servers, which know both, recover by themselves,
 * nothing acknowledged is lost, and no success is reported in between.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ChaosRun } from '../crash/chaos-run.ts';
import { Fleet } from '../crash/fleet.ts';
import { Journal } from '../crash/journal.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { announceSeed, createRandom, type Random, seed } from '../support/seed.ts';
import { PostgresPair } from './postgres-pair.ts';

type Setup = AsyncDisposable & {
  readonly pair: PostgresPair;
  readonly fleet: Fleet;
  readonly run: ChaosRun;
  readonly journal: Journal;
};

async function openSetup(): Promise<Setup> {
  await using opening = new AsyncDisposableStack();
  const pair = await PostgresPair.start();
  opening.defer(() => pair.stop());
  const dataFolder = mkdtempSync(join(tmpdir(), 'bursar-failover-'));
  opening.defer(() => rmSync(dataFolder, { recursive: true }));
  const journal = new Journal(true);
  const fleet = new Fleet({ dataFolder, journal, urls: [pair.url, pair.url], blockMs: 40 });
  opening.defer(() => fleet.killAll());
  const run = new ChaosRun(fleet, journal, () => pair.primaryUrl);
  const open = opening.move();
  return { pair, fleet, run, journal, [Symbol.asyncDispose]: () => open.disposeAsync() };
}

type Loss = (setup: Setup, random: Random) => Promise<void>;

const kill: Loss = async (setup, random) => {
  await loadFor(random);
  await setup.pair.primary.end('SIGKILL');
  await waitWithoutPrimary(setup, random);
  await setup.pair.promote();
};

const stopImmediately: Loss = async (setup, random) => {
  await loadFor(random);
  await setup.pair.primary.end('immediate');
  await waitWithoutPrimary(setup, random);
  await setup.pair.promote();
};

/** The primary stops responding without closing connections; when it resumes, it still considers itself the primary. */
const silence: Loss = async (setup, random) => {
  const { pair, fleet } = setup;
  await loadFor(random);
  pair.primary.freeze();
  await waitWithoutPrimary(setup, random);
  const old = await pair.promote();
  await pause(500);
  old.resume();
  await fleet.kill(0);
  await fleet.start(0);
};

const loadFor = (random: Random) => pause(300 + random.below(700));

/**
 * Waits between the loss and the promotion, and checks that no success is reported in this time. The first pause is for
 * successes from before the loss that are still in transit.
 */
async function waitWithoutPrimary({ fleet }: Setup, random: Random): Promise<void> {
  const successes = () => (fleet.statuses.get(200) ?? 0) + (fleet.statuses.get(201) ?? 0);
  await pause(150);
  const before = successes();
  await pause(300 + random.below(700));
  assert.equal(successes(), before, 'a success was reported while there was no primary');
}

const losses: ReadonlyMap<string, Loss> = new Map([
  ['SIGKILL', kill],
  ['immediate stop', stopImmediately],
  ['silence', silence],
]);

test('failover: however the primary is lost, the servers continue with the promoted standby, and nothing acknowledged is lost', {
  skip: skipWithoutPostgres,
}, async (t) => {
  const repeatCommand = announceSeed(t, 'failover');
  const random = createRandom(seed);
  await using setup = await openSetup();
  const { run, fleet, pair, journal } = setup;
  let playing = 'the start';
  try {
    await run.begin();
    for (const [name, lose] of losses) {
      playing = name;
      await run.play(() => lose(setup, random), seed + random.below(1_000_000));
      await pair.replaceStandby();
    }
    playing = 'the final completion';
    await run.finish();
  } catch (error) {
    t.diagnostic(`failed at '${playing}'; to repeat: ${repeatCommand}`);
    throw error;
  }
  t.diagnostic(`${journal.withdrawals.filter(({ state }) => state === 'done').length} withdrawals`);
  t.diagnostic(`answers by status: ${[...fleet.statuses].sort().join(' · ')}`);
  t.diagnostic(`slowest recovery: ${Math.round(run.slowestRecoveryMs)} ms`);
  assert.ok(fleet.statuses.has(503));
});
