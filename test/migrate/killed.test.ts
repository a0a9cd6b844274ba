/** A migration killed at any moment resumes where it stopped, and ends like one that was never interrupted. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { readMark } from '../../src/store/migration/migration-mark.ts';
import { createClient } from '../../src/store/postgres/client.ts';
import { runBursar, startBursar } from '../cli/command-line.ts';
import { databaseAt } from '../support/database-at.ts';
import { type PostgresCluster, skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { announceSeed, createRandom, seed } from '../support/seed.ts';
import {
  addOrderEvents,
  type Contents,
  makeSource,
  openSource,
  readContents,
  removeFolder,
  type Source,
} from './source.ts';
import { assertHolds, assertMigrates, assertRefused } from './target.ts';

const limits = { timeout: 300_000, skip: skipWithoutPostgres };
let cluster: PostgresCluster;
let source: Source;
let contents: Contents;

before(async () => {
  if (skipWithoutPostgres !== false) return;
  cluster = await startPostgres();
  source = await makeSource(seed);
  // More than a few batches.
  await addOrderEvents(source.folder, 40_000);
  contents = await readContents(openSource(source.folder));
});
after(async () => {
  if (skipWithoutPostgres !== false) return;
  await cluster.stop();
  removeFolder(source.folder);
});

async function stateOf(url: string): Promise<'untouched' | 'empty' | 'half' | 'finished'> {
  const client = createClient(databaseAt(url), { max: 1, session: { application_name: 'psql' } });
  try {
    const mark = await readMark(client);
    if (mark === undefined) return 'untouched';
    if (mark.finished) return 'finished';
    return Object.keys(mark.progress).length === 0 ? 'empty' : 'half';
  } finally {
    await client.end();
  }
}

async function migrateAndKill(url: string, afterMs: number): Promise<void> {
  const running = startBursar('migrate', '--from', source.folder, '--to', url);
  await Promise.race([pause(afterMs, undefined, { ref: false }), running.finished]);
  running.child.kill('SIGKILL');
  await running.finished;
}

async function leaveHalf(url: string): Promise<void> {
  for (let afterMs = 300; (await stateOf(url)) !== 'half'; afterMs += 20) {
    assert.ok(afterMs < 3000, 'no kill happened in the middle');
    await migrateAndKill(url, afterMs);
  }
}

test('a migration killed repeatedly at random moments finally copies everything once', limits, async (t) => {
  announceSeed(t, 'migrate');
  const random = createRandom(seed);
  const started = performance.now();
  await assertMigrates(source.folder, await cluster.createDatabase(), /^OK: everything was copied/m);
  const wholeMs = performance.now() - started;
  let url = await cluster.createDatabase();
  let halves = 0;
  for (let kills = 0; halves < 6; kills += 1) {
    assert.ok(kills < 60, `only ${halves} of ${kills} kills happened in the middle`);
    await migrateAndKill(url, random.below(wholeMs));
    const state = await stateOf(url);
    if (state === 'half') halves += 1;
    if (state !== 'finished') continue;
    await assertHolds(url, contents);
    url = await cluster.createDatabase();
  }
  await assertMigrates(source.folder, url, /^OK/m);
  await assertHolds(url, contents);
});

test('no server starts on a partially migrated database', limits, async () => {
  const url = await cluster.createDatabase();
  await leaveHalf(url);
  const ports = ['--port', '0', '--operator-port', '0', '--log-level', 'silent'];
  const started = await runBursar('start', '--database-url', url, '--data', source.folder, ...ports);
  assert.equal(started.code, 2, started.errors);
  assert.match(started.errors, /^bursar: bursar migrate has not finished with this database; run it again/);
  await assertMigrates(source.folder, url, /^OK: everything was copied/m);
  await assertHolds(url, contents);
});

test('a killed migration does not resume from a source that has changed since', limits, async () => {
  const url = await cluster.createDatabase();
  await leaveHalf(url);
  const other = await makeSource(seed);
  await assertRefused(other.folder, url, /started from other contents .*Empty the target/);
  assert.equal(await stateOf(url), 'half');
  removeFolder(other.folder);
  await assertMigrates(source.folder, url, /^OK/m);
  await assertHolds(url, contents);
});
