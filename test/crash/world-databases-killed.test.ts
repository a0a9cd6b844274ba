/**
 * A server on PostgreSQL that is killed at a random moment while it copies, restores or resets a world, or the exchange
 * itself: its next start drops every database of the lab, and the exchange is as it was before or as it should be after.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { demoKey } from '../lab/worlds-client.ts';
import { joinTestCluster, openSql, type Sql } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { announceSeed } from '../support/seed.ts';
import { type Change, change, killDuring, LabProcess, measure } from './lab-process.ts';

const rounds = 4;
const storage = 'postgres';

/** The names of the databases that the lab has beside the exchange. */
async function databasesBeside(url: string, sql: Sql): Promise<readonly string[]> {
  const digest = createHash('sha256').update(new URL(url).pathname.slice(1)).digest('hex').slice(0, 12);
  const rows = await sql.rows(
    `SELECT datname FROM pg_database WHERE starts_with(datname, 'bursar_lab_${digest}_')`,
  );
  return rows.map(({ datname }) => String(datname));
}

const kinds = ['fork', 'restore', 'reset', 'reset of the exchange'] as const;

async function prepare(server: LabProcess, what: (typeof kinds)[number]): Promise<Change> {
  if (what === 'reset of the exchange') return change('/main/reset');
  const { name } = await change('', { storage })(server);
  if (what === 'reset') return change(`/${name}/reset`);
  if (what === 'fork') return change(`/${name}/fork`, { storage });
  const { id: snapshot } = await change(`/${name}/snapshots`)(server);
  return change(`/${name}/restore`, { snapshot });
}

test('databases of a server that is killed are as before or as after, or dropped', {
  skip: skipWithoutPostgres,
}, async (t) => {
  announceSeed(t, 'test/crash/world-databases-killed.test.ts');
  const data = mkdtempSync(join(tmpdir(), 'bursar-worlds-killed-'));
  const cluster = await joinTestCluster();
  const url = await cluster.createDatabase();
  let server = await LabProcess.start(data, url);
  t.after(async () => {
    await server.kill();
    await cluster.dropDatabase(url);
    rmSync(data, { recursive: true });
  });
  await using sql = openSql({ postgres: cluster.url });
  for (const what of kinds) {
    const done = await prepare(server, what);
    await measure(what, () => done(server));
  }

  let ofMain: readonly string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const what = kinds[round % kinds.length] ?? 'fork';
    ofMain = [...ofMain, await server.withdraw(demoKey)];
    const { reply, moment } = await killDuring(server, what, await prepare(server, what));
    t.diagnostic(`${moment}: ${reply === undefined ? 'not answered' : 'answered'}`);
    server = await LabProcess.start(data, url);

    assert.deepEqual(await server.worlds(), [], moment);
    await eventually(
      () => databasesBeside(url, sql),
      (names) => names.length === 0,
      10_000,
    );
    const known = await Promise.all(ofMain.map((id) => server.knows(demoKey, id)));
    const isReset = !known.includes(true);
    const isAsBefore = !known.includes(false);
    if (what !== 'reset of the exchange') assert.ok(isAsBefore, moment);
    else assert.ok(isReset || (isAsBefore && reply === undefined), moment);
    if (isReset) ofMain = [];
    await server.assertBalanced();
  }
});
