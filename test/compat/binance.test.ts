/** The npm package binance@1.4.0, unmodified, with `baseUrl` as the only change. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Credentials } from '../support/exchange.ts';
import {
  type Failure,
  failureOf,
  mineUntilSettled,
  openWorld,
  receive,
  rejectedCallers,
  rejectedWithdrawals,
  type World,
  withdrawal,
} from './world.ts';

const require = createRequire(import.meta.url);
const { BinanceRest } = require('binance');

type Row = Readonly<Record<string, unknown>>;

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

function clientOf({ apiKey, secretKey }: Credentials, more: object = {}) {
  return new BinanceRest({ key: apiKey, secret: secretKey, baseUrl: world.url, ...more });
}

test('binance starts: ping, time and exchangeInfo under /api/v1', async () => {
  const client = new BinanceRest({ baseUrl: `${world.url}/` });
  assert.deepEqual(await client.ping(), {});
  assert.ok(Math.abs((await client.time()).serverTime - Date.now()) < 5000);
  assert.equal((await client.exchangeInfo()).symbols.length, 3);
});

test('binance withdraws, and finds it in withdrawHistory by asset', async () => {
  const client = clientOf(world.treasury, { recvWindow: 10_000 });
  const { id, success } = await client.withdraw({ ...withdrawal });
  assert.equal(success, true);
  await mineUntilSettled(world, id, 'ETH');
  const { withdrawList } = await client.withdrawHistory('ETH');
  assert.deepEqual([withdrawList[0].id, withdrawList[0].status, withdrawList[0].amount], [id, 6, 1.49]);
});

test('binance requests a deposit address and sees the deposit', async () => {
  const client = clientOf(world.treasury);
  const { address, addressTag } = await client.depositAddress('BTC');
  const txId = 'ab'.repeat(32);
  await receive(world, { network: 'BTC', txId, asset: 'BTC', address, addressTag, amount: 12_345_678n });
  await world.server.chainService.mineBlocks('BTC', 2);
  const { depositList } = await client.depositHistory('BTC');
  assert.deepEqual(
    depositList.map((each: Row) => [each.txId, each.amount, each.status]),
    [[txId, 0.12345678, 1]],
  );
});

test('binance reads accountStatus, with a promise and with a callback', async () => {
  const client = clientOf(world.treasury);
  assert.deepEqual(await client.accountStatus(), { msg: 'Normal', success: true });
  const reply = await new Promise((resolve, reject) =>
    client.accountStatus((error: unknown, payload: unknown) => (error ? reject(error) : resolve(payload))),
  );
  assert.deepEqual(reply, { msg: 'Normal', success: true });
});

for (const { why, change, code } of rejectedWithdrawals) {
  test(`binance gets code ${code} for a withdrawal ${why}, and nothing is written`, async () => {
    const client = clientOf(world.treasury);
    const before = await client.withdrawHistory();
    const rejection = await failureOf(client.withdraw({ ...withdrawal, ...change }));
    assert.deepEqual([rejection.success, rejection.code], [false, code]);
    assert.deepEqual(await client.withdrawHistory(), before);
  });
}

for (const { why, caller, code } of rejectedCallers) {
  test(`binance with ${why} gets code ${code}`, async () => {
    assert.equal((await failureOf(clientOf(world[caller]).withdraw({ ...withdrawal }))).code, code);
  });
}

test('binance passes the HTTP status and the payload of an error to a callback', async () => {
  const [error, payload] = await new Promise<[Error, Failure]>((resolve) =>
    clientOf(world.wrongSecret).depositHistory({}, (...answer: [Error, Failure]) => resolve(answer)),
  );
  assert.equal(error.message, 'Response code 400');
  assert.equal(payload.msg, 'Signature for this request is not valid.');
});

for (const [clock, offsetMs] of [
  ['slow', -60_000],
  ['fast', 60_000],
] as const) {
  test(`binance with a ${clock} clock gets -1021; with handleDrift it measures the drift and withdraws once`, async () => {
    const wrong = () => ({ ...withdrawal, timestamp: Date.now() + offsetMs });
    assert.equal((await failureOf(clientOf(world.treasury).withdraw(wrong()))).code, -1021);
    const client = clientOf(world.treasury, { handleDrift: true });
    const count = async () => (await client.withdrawHistory()).withdrawList.length;
    const before = await count();
    assert.equal((await client.withdraw(wrong())).success, true);
    assert.equal(await count(), before + 1);
  });
}
