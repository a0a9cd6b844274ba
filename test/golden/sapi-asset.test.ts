/** A running server with the data of a sample of /sapi/…/asset or /api/v3/account returns the sample. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Customer } from '../support/world.ts';
import { decimal } from '../support/world-plan.ts';
import {
  bodyOf,
  depositNetwork,
  type GoldenWorld,
  startAssetDetailWorld,
  startGoldenWorld,
} from './golden-world.ts';
import { assertLikeSample, readSample } from './sample.ts';

const milliseconds = /^1[0-9]{12}$/;
const runningNumber = /^[1-9][0-9]{6,15}$/;

let world: GoldenWorld;
before(async () => {
  world = await startGoldenWorld();
  await world.operate('putPrice', { asset: 'BTC', price: decimal('40000') });
  await world.operate('putPrice', { asset: 'ETH', price: decimal('2500') });
});
after(() => world.exchange.close());

async function ask(customer: Customer, method: string, path: string, query = ''): Promise<string> {
  return bodyOf(await world.exchange.signed(customer, method, path, query));
}

/** An account with 1.25 ETH free, 0.5 ETH in an open withdrawal, 0.25 ETH in a locked deposit, and 0.1 BTC. */
async function richCustomer(email: string): Promise<Customer> {
  const customer = await world.customer(email);
  await world.credit(email, 'ETH 1.75', 'BTC 0.1');
  await world.operate('updateAccount', { email, withdrawConfirmation: 'email' });
  await ask(customer, 'POST', '/wapi/v3/withdraw.html', 'asset=ETH&address=outside&amount=0.5');
  const where = { network: depositNetwork, asset: 'ETH', address: email, addressTag: '' };
  await world.operate('assignDepositAddress', { email, ...where });
  const { chainService } = world.exchange.server;
  assert.ok('done' in (await chainService.receiveDeposit({ ...where, amount: 25_000_000n, txId: email })));
  await chainService.mineBlocks(depositNetwork, 1);
  return customer;
}

test('account: the free Spot balances of all assets, with eight decimals', async () => {
  for (const [symbol, maker, taker] of [
    ['ETHBTC', '0.001', '0.00075'],
    ['BNBBTC', '0.0002', '0.00125'],
  ] as const)
    await world.operate('putSymbol', {
      symbol: { symbol, baseAsset: symbol.slice(0, 3), quoteAsset: 'BTC', maker, taker },
    });
  const customer = await richCustomer('account@test.com');
  const reply = await ask(customer, 'GET', '/api/v3/account', 'omitZeroBalances=true');
  const generated = { updateTime: milliseconds, uid: /^[1-9][0-9]+$/ };
  assertLikeSample(reply, readSample('account'), generated);
  const { balances } = JSON.parse(await ask(customer, 'GET', '/api/v3/account'));
  const names = balances.map(({ asset }: { asset: string }) => asset);
  assert.deepEqual(names, ['ADA', 'BHFT', 'BNB', 'BTC', 'ETH', 'LTC', 'TRX', 'USDT', 'XMR']);
});

test('getUserAsset: the amounts held by withdrawals and by locked deposits, valued in BTC', async () => {
  const customer = await richCustomer('user-asset@test.com');
  const reply = await ask(customer, 'POST', '/sapi/v3/asset/getUserAsset', 'needBtcValuation=True');
  assertLikeSample(reply, readSample('get-user-asset'));
  const one = await ask(customer, 'POST', '/sapi/v3/asset/getUserAsset', 'asset=BNB');
  assert.deepEqual(JSON.parse(one), [{ asset: 'BNB', ...zeros, ipoable: '0', btcValuation: '0' }]);
  assert.equal(await ask(customer, 'POST', '/sapi/v3/asset/getUserAsset', 'asset=NOPE'), '[]');
});

test('dustBtc: the proceeds expected of each asset; dribblet: gross proceeds, where wapi shows net ones', async () => {
  const prices = { BNB: '500', ADA: '0.5' };
  for (const [asset, price] of Object.entries(prices))
    await world.operate('putPrice', { asset, price: decimal(price) });
  const customer = await world.customer('dribblet@test.com');
  // BHFT has no price, and dust is converted into BNB.
  await world.credit(customer.email, 'ETH 0.0001', 'ADA 3', 'BHFT 1', 'BNB 1');
  const preview = await ask(customer, 'POST', '/sapi/v1/asset/dust-btc');
  assertLikeSample(preview, readSample('dust-btc'));
  const onMargin = JSON.parse(await ask(customer, 'POST', '/sapi/v1/asset/dust-btc', 'accountType=MARGIN'));
  assert.deepEqual([onMargin.details, onMargin.totalTransferBNB], [[], '0']);

  await ask(customer, 'POST', '/sapi/v1/asset/dust', 'asset=ADA&asset=ETH');
  const log = await ask(customer, 'GET', '/sapi/v1/asset/dribblet');
  const generated = { operateTime: milliseconds, transId: runningNumber };
  assertLikeSample(log, readSample('dribblet'), generated);
  const wapi = JSON.parse(await ask(customer, 'GET', '/wapi/v3/userAssetDribbletLog.html')).results.rows[0];
  const [shown] = JSON.parse(log).userAssetDribblets;
  assert.deepEqual([wapi.tran_id, wapi.transfered_total], [shown.transId, '0.00343']);

  await world.credit(customer.email, 'ADA 1');
  await ask(customer, 'POST', '/sapi/v1/asset/dust', 'asset=ADA');
  const both = JSON.parse(await ask(customer, 'GET', '/sapi/v1/asset/dribblet'));
  const ids = both.userAssetDribblets.map(({ transId }: { transId: number }) => transId);
  assert.equal(both.total, 2);
  assert.equal(ids[0], shown.transId, 'oldest first');
  const later = `startTime=${shown.operateTime + 1}`;
  const found = JSON.parse(await ask(customer, 'GET', '/sapi/v1/asset/dribblet', later));
  assert.ok(found.userAssetDribblets.every(({ transId }: { transId: number }) => transId === ids[1]));
  const none = await ask(customer, 'GET', '/sapi/v1/asset/dribblet', 'accountType=MARGIN');
  assert.deepEqual(JSON.parse(none), { total: 0, userAssetDribblets: [] });
});

test('sapiTradeFee: fractions as text, and the general error for an unknown symbol', async () => {
  const symbol = { symbol: 'ADABNB', baseAsset: 'ADA', quoteAsset: 'BNB', maker: '0.9000', taker: '1.0000' };
  await world.operate('putSymbol', { symbol });
  const customer = await world.customer('trade-fee@test.com');
  const reply = await ask(customer, 'GET', '/sapi/v1/asset/tradeFee', 'symbol=ADABNB');
  assertLikeSample(reply, readSample('sapi-trade-fee'));
  const all = JSON.parse(await ask(customer, 'GET', '/sapi/v1/asset/tradeFee', 'symbol='));
  assert.ok(all.length > 1);
  const rejected = await world.exchange.signed(customer, 'GET', '/sapi/v1/asset/tradeFee', 'symbol=NONE');
  assert.deepEqual([rejected.status, rejected.body], [400, { code: -1121, msg: 'Invalid symbol.' }]);
});

test('sapiAssetDetail: the terms that wapi shows, without an envelope; an unknown asset has none', async () => {
  const details = await startAssetDetailWorld();
  try {
    const customer = await details.customer('detail@test.com');
    const get = async (query: string) =>
      bodyOf(await details.exchange.signed(customer, 'GET', '/sapi/v1/asset/assetDetail', query));
    assertLikeSample(await get(''), readSample('sapi-asset-detail'));
    assert.deepEqual(Object.keys(JSON.parse(await get('asset=SKY'))), ['SKY']);
    assert.equal(await get('asset=NOPE'), '{}');
  } finally {
    await details.exchange.close();
  }
});

const zeros = { free: '0', locked: '0', freeze: '0', withdrawing: '0' };

test('transfer from Spot to Funding: both wallets, and the history of one direction', async () => {
  const customer = await richCustomer('wallets@test.com');
  const transfer = 'type=MAIN_FUNDING&asset=ETH&amount=0.25';
  const moved = await ask(customer, 'POST', '/sapi/v1/asset/transfer', transfer);
  assertLikeSample(moved, readSample('user-universal-transfer'), { tranId: runningNumber });
  const history = await ask(customer, 'GET', '/sapi/v1/asset/transfer', 'type=MAIN_FUNDING');
  const generated = { tranId: runningNumber, timestamp: milliseconds };
  assertLikeSample(history, readSample('user-universal-transfer-history'), generated);
  assert.equal(JSON.parse(history).rows[0].tranId, JSON.parse(moved).tranId);

  const funding = await ask(customer, 'POST', '/sapi/v1/asset/get-funding-asset', 'needBtcValuation=true');
  assertLikeSample(funding, readSample('get-funding-asset'));
  const wallets = await ask(customer, 'GET', '/sapi/v1/asset/wallet/balance', 'needBalanceDetail=true');
  assertLikeSample(wallets, readSample('wallet-balance'));
});
