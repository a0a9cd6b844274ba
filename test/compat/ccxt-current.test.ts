/** The npm package ccxt@4.5.84, unmodified and with its default options: only the hosts in its URLs are changed. */
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
  subEmail,
  treasuryEmail,
  type World,
} from './world.ts';

const require = createRequire(import.meta.url);
const ccxt = require('ccxt-current');

type Row = Readonly<Record<string, unknown>>;

let world: World;
before(async () => {
  world = await openWorld();
});
after(() => world.close());

const hosts = /^(https|wss):\/\/[\w-]+\.binance\.com(:\d+)?/;

/** Has the hosts replaced as a user would do it. */
function clientOf({ apiKey, secretKey }: Credentials, { url } = world) {
  const client = new ccxt.binance({ apiKey, secret: secretKey, enableRateLimit: false });
  client.urls.api = withHost(client.urls.api, url);
  return client;
}

function withHost(urls: unknown, url: string): unknown {
  if (typeof urls === 'string') return urls.replace(hosts, (_host, scheme) => hostOf(url, scheme));
  return Object.fromEntries(
    Object.entries(urls as object).map(([name, each]) => [name, withHost(each, url)]),
  );
}

const hostOf = (url: string, scheme: string) => (scheme === 'wss' ? url.replace('http', 'ws') : url);

test('ccxt reads the status of the exchange and its time, without loading markets', async () => {
  const client = clientOf(world.treasury);
  assert.equal((await client.fetchStatus()).status, 'ok');
  assert.ok(Math.abs((await client.fetchTime()) - Date.now()) < 30_000);
});

test('ccxt loads markets and currencies, with the fees and limits of each network', async () => {
  const client = clientOf(world.treasury);
  assert.deepEqual(Object.keys(await client.loadMarkets()), ['ADA/BTC', 'BTC/BNB', 'ETH/BTC']);
  const { ETH, CTR } = await client.fetchCurrencies();
  // For ccxt, ETH on its own network is on ETH, and tokens there are on ERC20.
  const network = ETH.networks.ETH;
  assert.deepEqual(Object.keys(CTR.networks), ['ERC20']);
  assert.deepEqual(
    [
      network.id,
      network.fee,
      network.limits.withdraw.min,
      network.deposit,
      network.withdraw,
      network.precision,
    ],
    ['ETH', 0.01, 0.02, true, true, 1e-8],
  );
  assert.deepEqual([CTR.deposit, CTR.withdraw], [false, false]);
  const fees = await client.fetchDepositWithdrawFees(['ETH', 'XRP']);
  assert.equal(fees.ETH.networks.ETH.withdraw.fee, 0.01);
  assert.equal(fees.XRP.networks.XRP.withdraw.fee, 0.25);
});

test('ccxt reads the trading fees of a symbol', async () => {
  const { maker, taker } = await clientOf(world.treasury).fetchTradingFee('ETH/BTC');
  assert.deepEqual([maker, taker], [0.001, 0.0015]);
});

test('ccxt withdraws, and follows the withdrawal', async () => {
  const client = clientOf(world.treasury);
  const before = (await client.fetchBalance()).ETH.free;
  const { id } = await client.withdraw('ETH', 1.5, destination, undefined, {
    network: 'ERC20',
    withdrawOrderId: 'ccxt-1',
    name: 'cold wallet & co',
  });
  assert.equal((await client.fetchBalance()).ETH.free, before - 1.5);
  await mineUntilSettled(world, id, 'ETH');
  const [row] = (await client.fetchWithdrawals('ETH')).filter((each: Row) => each.id === id);
  assert.deepEqual(
    [row.amount, row.fee.cost, row.status, row.currency, row.network, row.address, row.info.withdrawOrderId],
    [1.49, 0.01, 'ok', 'ETH', 'ETH', destination, 'ccxt-1'],
  );
});

test('ccxt requests the deposit address of a network, and sees the deposit', async () => {
  const client = clientOf(world.treasury);
  const { address, network, tag } = await client.fetchDepositAddress('XRP', { network: 'XRP' });
  assert.equal(network, 'XRP');
  const txId = 'CD'.repeat(32);
  await receive(world, { network: 'XRP', txId, asset: 'XRP', address, addressTag: tag, amount: 30_000_000n });
  await world.server.chainService.mineBlocks('XRP', 2);
  const [row] = await client.fetchDeposits('XRP');
  assert.deepEqual([row.txid, row.amount, row.status, row.tag], [txId, 30, 'ok', tag]);
  assert.equal((await client.fetchDepositAddress('ETH', { network: 'ERC20' })).network, 'ETH');
  assert.equal((await client.fetchDepositAddress('BNB', { network: 'BEP20' })).network, 'BEP20');
});

test('ccxt moves between Spot and Funding, and lists the transfers', async () => {
  const client = clientOf(world.treasury);
  const funding = async () => (await client.fetchBalance({ type: 'funding' })).BTC?.free ?? 0;
  const before = await funding();
  const { id } = await client.transfer('BTC', 0.25, 'spot', 'funding');
  assert.equal(await funding(), before + 0.25);
  await client.transfer('BTC', 0.05, 'funding', 'spot');
  const rows = await client.fetchTransfers('BTC', undefined, 10, {
    fromAccount: 'spot',
    toAccount: 'funding',
  });
  assert.deepEqual(
    rows.map((each: Row) => [each.id, each.amount, each.status]),
    [[id, 0.25, 'ok']],
  );
  assert.deepEqual(await client.fetchTransfers(), [], 'futures, which are not served');
});

test('ccxt converts dust, and reads the dust log and dividends', async () => {
  const client = clientOf(world.treasury);
  const { transferResult } = await client.sapiPostAssetDust({ asset: ['ADA', 'TRX'] });
  assert.deepEqual(
    transferResult.map((each: Row) => each.fromAsset),
    ['ADA', 'TRX'],
  );
  const trades = await client.fetchMyDustTrades();
  assert.deepEqual(trades.map((each: Row) => each.symbol).sort(), ['ADA/BNB', 'TRX/BNB']);
  const { total } = await client.sapiGetAssetAssetDividend({ asset: 'BNB' });
  assert.equal(total, 2);
});

test('ccxt moves money between accounts of a family, with + and @ of an e-mail address unencoded', async () => {
  const client = clientOf(world.treasury);
  const { tranId } = await client.sapiPostSubAccountUniversalTransfer({
    fromEmail: treasuryEmail,
    toEmail: subEmail,
    fromAccountType: 'SPOT',
    toAccountType: 'SPOT',
    asset: 'BTC',
    amount: '0.5',
  });
  const { result } = await client.sapiGetSubAccountUniversalTransfer({ toEmail: subEmail });
  assert.deepEqual([result[0].tranId, result[0].amount, result[0].status], [tranId, '0.5', 'SUCCESS']);
  const { balances } = await client.sapiV4GetSubAccountAssets({ email: subEmail });
  assert.equal(balances.find((each: Row) => each.asset === 'BTC').free, '1.5');
});

/** ccxt knows the exchange's own errors only on its own host, so the host is replaced beneath it. */
function clientOnExchangeHost(credentials: Credentials) {
  const client = clientOf(credentials, { ...world, url: 'https://api.binance.com' });
  client.fetchImplementation = (target: string, options: object) =>
    fetch(target.replace('https://api.binance.com', world.url), options);
  client.AbortError = DOMException;
  client.FetchError = TypeError;
  return client;
}

const rejections = [
  { why: 'to an invalid address', change: { address: '0x12' }, className: 'PermissionDenied' },
  { why: 'of an unknown asset', change: { coin: 'NOPE' }, className: 'BadSymbol' },
  { why: 'over an unknown network', change: { network: 'MOON' }, className: 'BadSymbol' },
  { why: 'of a suspended asset', change: { coin: 'CTR' }, className: 'BadRequest' },
  { why: 'beyond the balance', change: { amount: '5000' }, className: 'InsufficientFunds' },
] as const;

for (const { why, change, className } of rejections) {
  test(`ccxt raises ${className} for a withdrawal ${why}`, async () => {
    const client = clientOnExchangeHost(world.treasury);
    const request = { coin: 'ETH', address: destination, amount: '1.5', ...change };
    const error = await failureOf(client.sapiPostCapitalWithdrawApply(request));
    assert.equal(error.constructor.name, className, error.message);
  });
}

for (const [caller, className] of [
  ['wrongSecret', 'AuthenticationError'],
  ['unknownKey', 'AuthenticationError'],
  ['readOnly', 'PermissionDenied'],
] as const) {
  test(`ccxt with the key ${caller} raises ${className}`, async () => {
    const client = clientOnExchangeHost(world[caller]);
    const request = { coin: 'ETH', address: destination, amount: '1.5' };
    const error = await failureOf(client.sapiPostCapitalWithdrawApply(request));
    assert.equal(error.constructor.name, className, error.message);
  });
}
