/** The npm package ccxt@1.89.76 of 2022, unmodified: only the host in its table of URLs and one option are changed. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import type { Credentials } from '../support/exchange.ts';
import { operator } from '../support/world-plan.ts';
import {
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
const ccxt = require('ccxt');

type Row = Readonly<Record<string, unknown>>;

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

function clientOf({ apiKey, secretKey }: Credentials, options: object = {}, { url } = world) {
  // By default its currencies come from an endpoint beyond the specification; without it, it derives them from the
  // markets.
  const config = { apiKey, secret: secretKey, options: { fetchCurrencies: false, ...options } };
  const client = new ccxt.binance({ ...config, enableRateLimit: false });
  for (const [section, address] of Object.entries<string>(client.urls.api)) {
    client.urls.api[section] = address.replace('https://api.binance.com', url);
  }
  return client;
}

test('ccxt loads markets, precisions, limits and currencies from exchangeInfo', async () => {
  const client = clientOf(world.treasury);
  const markets = await client.loadMarkets();
  assert.deepEqual(Object.keys(markets), ['ADA/BTC', 'BTC/BNB', 'ETH/BTC']);
  const { active, spot, precision, limits } = markets['ADA/BTC'];
  assert.deepEqual([active, spot], [true, true]);
  assert.deepEqual(precision, { amount: 6, price: 8, base: 6, quote: 8 });
  assert.deepEqual([limits.amount.min, limits.price.min, limits.cost.min], [1e-6, 1e-8, 1e-8]);
  assert.deepEqual(Object.keys(client.currencies).sort(), ['ADA', 'BNB', 'BTC', 'ETH']);
  assert.ok(Math.abs((await client.fetchTime()) - Date.now()) < 5000);
});

test('ccxt withdraws over wapi, and follows the withdrawal in withdrawHistory', async () => {
  const client = clientOf(world.treasury);
  const { id } = await client.wapiPostWithdraw(withdrawal);
  await mineUntilSettled(world, id, 'ETH');
  const { withdrawList } = await client.wapiGetWithdrawHistory({ asset: 'ETH' });
  const { amount, transactionFee, status } = withdrawList[0];
  assert.deepEqual([withdrawList[0].id, amount, transactionFee, status], [id, '1.49', '0.01', '6']);
});

test('ccxt requests a deposit address and reads the deposit as a transaction', async () => {
  const client = clientOf(world.treasury);
  const { address, addressTag } = await client.wapiGetDepositAddress({ asset: 'XRP' });
  const txId = 'CD'.repeat(32);
  await receive(world, { network: 'XRP', txId, asset: 'XRP', address, addressTag, amount: 30_000_000n });
  const { depositList } = await client.wapiGetDepositHistory({ asset: 'XRP', status: 0 });
  const parsed = client.parseTransaction(depositList[0]);
  assert.deepEqual(
    [parsed.txid, parsed.tag, parsed.amount, parsed.status],
    [txId, addressTag, 30, 'pending'],
  );
});

test('ccxt reads every other operation of wapi', async () => {
  const client = clientOf(world.treasury);
  assert.deepEqual(await client.wapiGetSystemStatus(), { status: '0', msg: 'normal' });
  assert.equal((await client.wapiGetAccountStatus()).msg, 'Normal');
  assert.equal((await client.wapiGetApiTradingStatus()).status.triggerCondition.UFR, '300');
  assert.equal((await client.wapiGetTradeFee({ symbol: 'ETHBTC' })).tradeFee[0].taker, '0.0015');
  assert.equal((await client.wapiGetAssetDetail()).assetDetail.ETH.withdrawFee, '0.01');
  assert.equal((await client.wapiGetUserAssetDribbletLog()).results.total, '0');
  assert.equal((await client.wapiGetSubAccountList()).subAccounts[0].email, subEmail);
});

test('ccxt transfers between sub-accounts: it sends the + and @ of an e-mail address unencoded', async () => {
  const client = clientOf(world.treasury);
  const transfer = { fromEmail: treasuryEmail, toEmail: subEmail, asset: 'BTC', amount: '0.5' };
  assert.equal((await client.wapiPostSubAccountTransfer(transfer)).success, true);
  const { transfers } = await client.wapiGetSubAccountTransferHistory({ email: subEmail });
  assert.deepEqual([transfers[0].to, transfers[0].qty], [subEmail, '0.5']);
  const { balances } = await client.wapiGetSubAccountAssets({ email: subEmail });
  assert.deepEqual(balances, [{ asset: 'BTC', free: '1.5', locked: '0' }]);
});

test('ccxt converts dust, repeating the parameter in the body, and reads dividends', async () => {
  const client = clientOf(world.treasury);
  const { transferResult } = await client.sapiPostAssetDust({ asset: ['ADA', 'TRX'] });
  assert.deepEqual(
    transferResult.map((each: Row) => each.fromAsset),
    ['ADA', 'TRX'],
  );
  const { rows, total } = await client.sapiGetAssetAssetDividend({ asset: 'BNB' });
  assert.deepEqual([rows[0].amount, rows[1].amount, total], ['1.00000000', '2.00000000', '2']);
});

for (const { why, change, code, ccxt: className } of rejectedWithdrawals) {
  test(`ccxt raises ${className} for a withdrawal ${why}, and nothing is written`, async () => {
    const client = clientOf(world.treasury);
    const before = await client.wapiGetWithdrawHistory();
    const error = await failureOf(client.wapiPostWithdraw({ ...withdrawal, ...change }));
    assert.equal(error.constructor.name, className);
    assert.match(error.message, new RegExp(`"code":${code}\\b`));
    assert.deepEqual(await client.wapiGetWithdrawHistory(), before);
  });
}

for (const { why, caller, ccxt: className } of rejectedCallers) {
  test(`ccxt with ${why} raises ${className}`, async () => {
    const error = await failureOf(clientOf(world[caller]).wapiPostWithdraw(withdrawal));
    assert.equal(error.constructor.name, className);
  });
}

test('ccxt raises BadRequest for an operation reserved to masters, and InsufficientFunds for missing dust', async () => {
  const client = clientOf(world.sub);
  assert.ok((await failureOf(client.wapiGetSubAccountList())) instanceof ccxt.BadRequest);
  assert.ok(
    (await failureOf(client.sapiPostAssetDust({ asset: ['ADA'] }))) instanceof ccxt.InsufficientFunds,
  );
  const readOnly = clientOf(world.readOnly);
  const rejection = await failureOf(readOnly.sapiPostAssetDust({ asset: ['ADA'] }));
  assert.ok(rejection instanceof ccxt.PermissionDenied);
});

test('ccxt raises InvalidNonce for a slow clock, and is served after loadTimeDifference', async () => {
  const client = clientOf(world.treasury, { timeDifference: 60_000 });
  assert.ok((await failureOf(client.wapiGetAccountStatus())) instanceof ccxt.InvalidNonce);
  await client.loadTimeDifference();
  assert.equal((await client.wapiGetAccountStatus()).success, true);
});

test('ccxt raises OnMaintenance during maintenance, which systemStatus reports', async () => {
  const turn = (status: 0 | 1) =>
    world.server.commands.submit('putSettings', { operator, settings: { systemStatus: { status } } });
  const client = clientOf(world.treasury);
  await turn(1);
  const error = await failureOf(client.wapiPostWithdraw(withdrawal));
  const shown = await client.wapiGetSystemStatus();
  await turn(0);
  assert.ok(error instanceof ccxt.OnMaintenance);
  assert.deepEqual(shown, { status: '1', msg: 'system maintenance' });
});

test('ccxt raises DDoSProtection beyond the weight limit (429) and when banned (418)', async () => {
  const busy = await openWorld(['--weight-per-minute', '5']);
  try {
    const client = clientOf(busy.treasury, {}, busy);
    const errors: Error[] = [];
    for (let call = 0; call < 40 && !errors.at(-1)?.message.startsWith('binance 418'); call += 1) {
      await client.wapiGetAccountStatus().catch((error: Error) => errors.push(error));
    }
    assert.match(errors[0]?.message ?? 'served', /^binance 429/);
    assert.match(errors.at(-1)?.message ?? 'served', /^binance 418/);
    assert.ok(errors.every((error) => error instanceof ccxt.DDoSProtection));
  } finally {
    await busy.close();
  }
});

test('ccxt recognises an error in a reply of status 200 when the server uses the reply style of 2019', async () => {
  const old = await openWorld(['--error-style', 'legacy200']);
  try {
    const rejected = (who: Credentials) =>
      failureOf(clientOf(who, {}, old).wapiPostWithdraw({ ...withdrawal, amount: '5000' }));
    const error = await rejected(old.treasury);
    assert.ok(error instanceof ccxt.ExchangeError);
    assert.match(error.message, /You have insufficient balance/);
    assert.ok((await rejected(old.readOnly)) instanceof ccxt.PermissionDenied);
  } finally {
    await old.close();
  }
});
