/** The npm package binance-api-node@0.9.24, unmodified, with `httpBase` as the only change. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Credentials } from '../support/exchange.ts';
import {
  destination,
  failureOf,
  mineUntilSettled,
  openWorld,
  receive,
  rejectedCallers,
  rejectedWithdrawals,
  subEmail,
  treasuryEmail,
  type World,
  withdrawal,
} from './world.ts';

const require = createRequire(import.meta.url);
const createClient = require('binance-api-node').default;

type Row = Readonly<Record<string, unknown>>;

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

function clientOf({ apiKey, secretKey }: Credentials, more: object = {}) {
  return createClient({ apiKey, apiSecret: secretKey, httpBase: world.url, ...more });
}

test('binance-api-node starts: ping, time and exchangeInfo answer in its shapes', async () => {
  const client = createClient({ httpBase: world.url });
  assert.equal(await client.ping(), true);
  assert.ok(Math.abs((await client.time()) - Date.now()) < 5000);
  const { symbols, rateLimits } = await client.exchangeInfo();
  assert.equal(symbols.find((each: Row) => each.symbol === 'ETHBTC').baseAsset, 'ETH');
  assert.ok(rateLimits.every((each: Row) => Number(each.limit) > 0));
});

test('binance-api-node withdraws, and follows the withdrawal in withdrawHistory from 4 to 6', async () => {
  const client = clientOf(world.treasury);
  const { id, success } = await client.withdraw(withdrawal);
  assert.equal(success, true);
  const find = async (query?: object) =>
    (await client.withdrawHistory(query)).withdrawList.find((row: Row) => row.id === id);
  const sent = await find();
  assert.equal(sent.status, 4);
  assert.equal(sent.amount, 1.49);
  assert.equal(sent.transactionFee, 0.01);
  assert.equal(sent.address, destination);
  await mineUntilSettled(world, id, 'ETH');
  const done = await find({ asset: 'ETH', status: 6 });
  assert.equal(done.status, 6);
  assert.match(done.txId, /^0x[0-9a-f]{64}$/);
});

test('binance-api-node prints a small amount as 2e-7 and it is read exactly', async () => {
  const client = clientOf(world.treasury);
  const rejection = await failureOf(client.withdraw({ ...withdrawal, amount: 2e-7 }));
  assert.deepEqual(
    [rejection.code, rejection.message],
    [-4022, 'Not less than the minimum pick-up quantity 0.02.'],
  );
});

test('binance-api-node requests a deposit address, and sees a deposit go through 0, 6 and 1', async () => {
  const client = clientOf(world.treasury);
  const { address, addressTag, success } = await client.depositAddress({ asset: 'XRP' });
  assert.equal(success, true);
  const txId = 'AB'.repeat(32);
  await receive(world, { network: 'XRP', txId, asset: 'XRP', address, addressTag, amount: 25_500_000n });
  const seen = async () => (await client.depositHistory({ asset: 'XRP' })).depositList;
  const [pending] = await seen();
  assert.deepEqual(
    { ...pending, insertTime: 0 },
    { insertTime: 0, amount: 25.5, asset: 'XRP', address, addressTag, txId, status: 0 },
  );
  await world.server.chainService.mineBlocks('XRP', 1);
  assert.equal((await seen())[0].status, 6);
  await world.server.chainService.mineBlocks('XRP', 1);
  assert.equal((await seen())[0].status, 1);
});

test('binance-api-node reads fees and assets', async () => {
  const client = clientOf(world.treasury);
  const one = await client.tradeFee({ symbol: 'ETHBTC' });
  assert.deepEqual(one, { tradeFee: [{ symbol: 'ETHBTC', maker: 0.001, taker: 0.0015 }], success: true });
  assert.equal((await client.tradeFee()).tradeFee.length, 3);
  const { assetDetail } = await client.assetDetail();
  assert.equal(assetDetail.ETH.minWithdrawAmount, '0.02000000');
  assert.equal(assetDetail.CTR.depositTip, 'Delisted');
});

test('binance-api-node reaches all other operations through privateRequest and publicRequest', async () => {
  const client = clientOf(world.treasury);
  const get = (path: string, query?: object) => client.privateRequest('GET', path, query ?? {});
  assert.deepEqual(await client.publicRequest('GET', '/wapi/v3/systemStatus.html'), {
    status: 0,
    msg: 'normal',
  });
  assert.equal((await get('/wapi/v3/accountStatus.html')).msg, 'Normal');
  assert.equal((await get('/wapi/v3/apiTradingStatus.html')).status.isLocked, false);
  assert.equal((await get('/wapi/v3/sub-account/list.html')).subAccounts[0].email, subEmail);
  const transfer = { fromEmail: treasuryEmail, toEmail: subEmail, asset: 'BTC', amount: 0.25 };
  assert.equal(
    (await client.privateRequest('POST', '/wapi/v3/sub-account/transfer.html', transfer)).success,
    true,
  );
  const { transfers } = await get('/wapi/v3/sub-account/transfer/history.html', { email: subEmail });
  assert.equal(transfers[0].qty, '0.25');
  const { balances } = await get('/wapi/v3/sub-account/assets.html', { email: subEmail, symbol: 'BTC' });
  assert.deepEqual(balances, [{ asset: 'BTC', free: 1.25, locked: 0 }]);
  assert.equal((await get('/sapi/v1/asset/assetDividend', { asset: 'BNB' })).total, 2);
});

test('binance-api-node converts dust: an array of assets, which it joins with commas', async () => {
  const client = clientOf(world.treasury);
  const dust = await client.privateRequest('POST', '/sapi/v1/asset/dust', { asset: ['ADA', 'TRX'] });
  assert.deepEqual(
    dust.transferResult.map((each: Row) => each.fromAsset),
    ['ADA', 'TRX'],
  );
  const log = await client.privateRequest('GET', '/wapi/v3/userAssetDribbletLog.html');
  assert.equal(log.results.rows[0].logs.length, 2);
});

for (const { why, change, code } of rejectedWithdrawals) {
  test(`binance-api-node gets error.code ${code} for a withdrawal ${why}, and nothing is written`, async () => {
    const client = clientOf(world.treasury);
    const before = await client.withdrawHistory();
    const error = await failureOf(client.withdraw({ ...withdrawal, ...change }));
    assert.equal(error.code, code);
    assert.deepEqual(await client.withdrawHistory(), before);
  });
}

for (const { why, caller, code } of rejectedCallers) {
  test(`binance-api-node with ${why} gets error.code ${code}`, async () => {
    assert.equal((await failureOf(clientOf(world[caller]).withdraw(withdrawal))).code, code);
  });
}

test('binance-api-node with a slow clock gets -1021, and is served with useServerTime', async () => {
  const slow = clientOf(world.treasury, { getTime: () => Date.now() - 60_000 });
  assert.equal((await failureOf(slow.withdrawHistory())).code, -1021);
  assert.equal((await slow.withdrawHistory({ useServerTime: true })).success, true);
});

test('binance-api-node also gets an error with a code for an unknown path', async () => {
  assert.equal((await failureOf(clientOf(world.treasury).openOrders())).code, -1099);
});
