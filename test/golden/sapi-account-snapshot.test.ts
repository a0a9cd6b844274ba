/** A running server with closed days returns the sample of the account's snapshots. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openSql, type Sql } from '../support/database.ts';
import type { Customer } from '../support/world.ts';
import { bodyOf, type GoldenWorld, startGoldenWorld } from './golden-world.ts';
import { assertLikeSample, readSample } from './sample.ts';

const dayMs = 86_400_000;
const path = '/sapi/v1/accountSnapshot';
const lastSecond = /^1[0-9]{9}000$/;

let world: GoldenWorld;
let sql: Sql;
let customer: Customer;
/** The day before the present one, and whose account it shows. */
let day: number;

/** An account that was opened three days ago, with a balance at the end of yesterday and of the day before. */
before(async () => {
  world = await startGoldenWorld();
  sql = openSql(world.exchange.location);
  customer = await world.customer('snapshot@test.com');
  day = Math.floor(Date.now() / dayMs) - 1;
  const [account] = await sql.rows(`SELECT id FROM accounts WHERE email = '${customer.email}'`);
  const id = Number(account?.id);
  await sql.run(`UPDATE accounts SET created_at = ${(day - 2) * dayMs} WHERE id = ${id}`);
  await sql.run(`INSERT INTO balances VALUES (${id}, 'BTC', 'spot', '60000000', '0', '0')`);
  for (const [back, free, held] of [
    [1, 40_000_000, 10_000_000],
    [0, 60_000_000, 0],
  ] as const) {
    await sql.run(`INSERT INTO closed_days VALUES (${day - back}, 0, '1')`);
    await sql.run(
      `INSERT INTO closing_balances VALUES (${id}, 'BTC', 'spot', ${day - back}, '${free}', '${held}')`,
    );
  }
});
after(async () => {
  await sql[Symbol.asyncDispose]();
  await world.exchange.close();
});

const ask = async (query: string) => bodyOf(await world.exchange.signed(customer, 'GET', path, query));

test('accountSnapshot: the balances at the end of a day', async () => {
  const [start, end] = [(day - 1) * dayMs, day * dayMs - 1];
  const reply = await ask(`type=SPOT&startTime=${start}&endTime=${end}`);
  assertLikeSample(reply, readSample('account-snapshot'), { updateTime: lastSecond });
  assert.equal(JSON.parse(reply).snapshotVos[0].updateTime, day * dayMs - 1000);
});

test('accountSnapshot: each day since the account was opened, oldest first; other types have none', async () => {
  const { snapshotVos } = JSON.parse(await ask('type=SPOT'));
  assert.deepEqual(
    snapshotVos.map((each: { updateTime: number; data: { totalAssetOfBtc: string } }) => [
      each.updateTime,
      each.data.totalAssetOfBtc,
    ]),
    [
      [(day - 1) * dayMs - 1000, '0'],
      [day * dayMs - 1000, '0.5'],
      [(day + 1) * dayMs - 1000, '0.6'],
    ],
  );
  assert.deepEqual(JSON.parse(await ask('type=FUTURES')), { code: 200, msg: '', snapshotVos: [] });
});
