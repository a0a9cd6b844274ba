/** A running server with the data of a sample returns the sample. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import type { Customer } from '../support/world.ts';
import { decimal } from '../support/world-plan.ts';
import {
  assignAddress,
  bodyOf,
  ethereumAddress,
  type GoldenWorld,
  moneroAddress,
  moneroTag,
  receiveDeposits,
  startAssetDetailWorld,
  startGoldenWorld,
} from './golden-world.ts';
import { assertLikeSample, oldestFirst, readSample } from './sample.ts';

const milliseconds = /^1[0-9]{12}$/;
const recordId = /^"[0-9a-f]{32}"$/;
const runningNumber = /^[1-9][0-9]{6,15}$/;
const utcSeconds = /^"20\d\d-[01]\d-[0-3]\d [0-2]\d:[0-5]\d:[0-5]\d"$/;

let world: GoldenWorld;
before(async () => {
  world = await startGoldenWorld();
});
after(() => world.exchange.close());

async function ask(customer: Customer, method: string, path: string, query = ''): Promise<string> {
  return bodyOf(await world.exchange.signed(customer, method, path, query));
}

const withdrawals = 'withdraw and withdrawHistory: the amount is net of the fee, and a tag precedes the txId';
test(withdrawals, { timeout: 20_000 }, async () => {
  const customer = await world.customer('withdraw@test.com');
  await world.credit(customer.email, 'ETH 1', 'XMR 1000');
  const requests = [
    `asset=ETH&address=${ethereumAddress}&amount=1&name=test`,
    `asset=XMR&address=${moneroAddress}&addressTag=${moneroTag}&amount=1000`,
  ];
  for (const request of requests) {
    const reply = await ask(customer, 'POST', '/wapi/v3/withdraw.html', request);
    assertLikeSample(reply, readSample('withdraw'), { id: recordId });
  }
  const history = await untilSent(() => ask(customer, 'GET', '/wapi/v3/withdrawHistory.html'));
  const generated = { id: recordId, txId: /^"[0-9a-f]{64}"$/, applyTime: milliseconds };
  assertLikeSample(history, readSample('withdraw-history'), generated);
});

/** Waits for the broadcast, which follows the request by itself; from then on there is a txId. */
function untilSent(ask: () => Promise<string>): Promise<string> {
  return eventually(ask, (history) => !history.includes('"txId":""'));
}

test('depositHistory: two successful deposits; the one on a network with tags shows its tag', async () => {
  const customer = await world.customer('deposit@test.com');
  await receiveDeposits(world, customer);
  const reply = await ask(customer, 'GET', '/wapi/v3/depositHistory.html');
  assertLikeSample(reply, readSample('deposit-history'), { insertTime: milliseconds });
});

test('depositAddress', async () => {
  const customer = await world.customer('address@test.com');
  await assignAddress(world, customer);
  const reply = await ask(customer, 'GET', '/wapi/v3/depositAddress.html', 'asset=BNB');
  assertLikeSample(reply, readSample('deposit-address'));
});

test('accountStatus: locked for a low fill rate', async () => {
  const customer = await world.customer('status@test.com');
  await world.operate('putTradingLock', {
    email: customer.email,
    locked: true,
    recoverAfterMs: 5 * 60_000,
    reason: 'low-fill-rate',
  });
  const reply = await ask(customer, 'GET', '/wapi/v3/accountStatus.html');
  assertLikeSample(reply, readSample('account-status'));
});

test('server time: without a key', async () => {
  const time = await world.exchange.request('GET', '/api/v3/time');
  assertLikeSample(bodyOf(time), readSample('time'), { serverTime: milliseconds });
});

test('exchangeInfo: the rate limits, and symbols with filters', async () => {
  for (const symbol of symbols) await world.operate('putSymbol', { symbol });
  const reply = await world.exchange.request('GET', '/api/v3/exchangeInfo');
  assertLikeSample(bodyOf(reply), readSample('exchange-info'), { serverTime: milliseconds });
});

test('apiTradingStatus', async () => {
  const customer = await world.customer('indicators@test.com');
  const each = [
    { i: 'UFR', c: 20, v: '0.05', t: '0.995' },
    { i: 'IFER', c: 20, v: '0.99', t: '0.99' },
    { i: 'GCR', c: 20, v: '0.99', t: '0.99' },
  ] as const;
  await world.operate('recordTradingIndicators', {
    accountId: customer.accountId,
    indicators: { BTCUSDT: each, ETHUSDT: each },
    breached: false,
  });
  const reply = await ask(customer, 'GET', '/wapi/v3/apiTradingStatus.html');
  assertLikeSample(reply, readSample('api-trading-status'), { updateTime: milliseconds });
});

test('userAssetDribbletLog: net amounts, the older conversion first', async () => {
  const customer = await world.customer('dribblet@test.com');
  await world.operate('putPrice', { asset: 'USDT', price: decimal('0.5') });
  await world.operate('putPrice', { asset: 'ETH', price: decimal('0.9995') });
  for (const amounts of [
    ['USDT 0.001', 'ETH 0.0001'],
    ['USDT 0.0009', 'ETH 0.0009'],
  ]) {
    await world.credit(customer.email, ...amounts);
    await ask(customer, 'POST', '/sapi/v1/asset/dust', 'asset=USDT&asset=ETH');
  }
  const reply = await ask(customer, 'GET', '/wapi/v3/userAssetDribbletLog.html');
  type Log = { results: { rows: unknown[] } };
  const sample = oldestFirst(readSample('user-asset-dribblet-log'), (body: Log) => body.results.rows);
  const generated = {
    tran_id: runningNumber,
    tranId: runningNumber,
    uid: new RegExp(`^"${customer.accountId}"$`),
    operateTime: utcSeconds,
    operate_time: utcSeconds,
  };
  assertLikeSample(reply, sample, generated);
});

const symbols = [
  { symbol: 'BNBBTC', baseAsset: 'BNB', quoteAsset: 'BTC', maker: '0.3000', taker: '0.3000' },
  { symbol: 'ADABNB', baseAsset: 'ADA', quoteAsset: 'BNB', maker: '0.9000', taker: '1.0000' },
];

test('tradeFee, and the general error for an unknown symbol', async () => {
  const customer = await world.customer('fee@test.com');
  for (const symbol of symbols) await world.operate('putSymbol', { symbol });
  assertLikeSample(await ask(customer, 'GET', '/wapi/v3/tradeFee.html'), readSample('trade-fee'));

  const { status, text } = await world.exchange.signed(
    customer,
    'GET',
    '/wapi/v3/tradeFee.html',
    'symbol=NONE',
  );
  // deviation: the official code is added to the text.
  assert.equal(status, 400);
  assertLikeSample(text.replace('"code":-1121,', ''), readSample('error'));
});

test('assetDetail: the minimum is a string, the fee a number, a tip only if deposits are suspended', async () => {
  const details = await startAssetDetailWorld();
  try {
    const customer = await details.customer('detail@test.com');
    const reply = await details.exchange.signed(customer, 'GET', '/wapi/v3/assetDetail.html');
    assertLikeSample(bodyOf(reply), readSample('asset-detail'));
  } finally {
    await details.exchange.close();
  }
});

test('sub-account list: one enabled and one disabled account', async () => {
  const master = await world.customer('list@test.com');
  const opening = { masterEmail: master.email, googleAuth: true };
  await world.customer('123@test.com', { ...opening, mobile: '91605290' });
  await world.customer('321@test.com', { ...opening, mobile: '22501238' });
  await world.operate('updateAccount', { email: '321@test.com', enabled: false });
  const reply = await ask(master, 'GET', '/wapi/v3/sub-account/list.html');
  assertLikeSample(reply, readSample('sub-account-list'), { createTime: milliseconds });
});

test('sub-account transfer and its history, which names the account on either side', async () => {
  const master = await world.customer('transfer@test.com');
  for (const email of ['aaa@test.com', 'bbb@test.com', 'ccc@test.com'])
    await world.customer(email, { masterEmail: master.email });
  await world.credit('aaa@test.com', 'BTC 1');
  await world.credit('bbb@test.com', 'ETH 2');
  const requests = [
    'fromEmail=aaa%40test.com&toEmail=bbb%40test.com&asset=BTC&amount=1',
    'fromEmail=bbb%40test.com&toEmail=ccc%40test.com&asset=ETH&amount=2.00',
  ];
  for (const request of requests) {
    const reply = await ask(master, 'POST', '/wapi/v3/sub-account/transfer.html', request);
    assertLikeSample(reply, readSample('sub-account-transfer'), { txnId: /^"[0-9]+"$/ });
  }
  const reply = await ask(
    master,
    'GET',
    '/wapi/v3/sub-account/transfer/history.html',
    'email=bbb%40test.com',
  );
  assertLikeSample(reply, readSample('sub-account-transfer-history'), { time: milliseconds });
});

test('sub-account assets: balances are numbers, exact to the last digit', async () => {
  const master = await world.customer('assets@test.com');
  await world.customer('sub@test.com', { masterEmail: master.email });
  await world.credit('sub@test.com', 'USDT 11652.14213', 'BTC 11467.6399', 'ETH 10004.995');
  await world.credit('sub@test.com', 'ADA 10000', 'BNB 10003');
  const reply = await ask(master, 'GET', '/wapi/v3/sub-account/assets.html', 'email=sub%40test.com');
  assertLikeSample(reply, readSample('sub-account-assets'));
});

test('dust: gross amounts with eight decimals, with the charge', async () => {
  const customer = await world.customer('dust@test.com');
  const prices = { ETH: '8.3333333333', LTC: '8.6', TRX: '0.00010969' };
  for (const [asset, price] of Object.entries(prices))
    await world.operate('putPrice', { asset, price: decimal(price) });
  await world.credit(customer.email, 'ETH 0.03', 'LTC 0.09', 'TRX 248.61878453');
  const reply = await ask(customer, 'POST', '/sapi/v1/asset/dust', 'asset=ETH&asset=LTC&asset=TRX');
  assertLikeSample(reply, readSample('dust'), { operateTime: milliseconds, tranId: runningNumber });
});

test('assetDividend: the older payment first', async () => {
  const customer = await world.customer('dividend@test.com');
  await world.credit(customer.email, 'BHFT 1');
  const dividend = { asset: 'BHFT', holdersOf: 'BHFT', total: decimal('10'), info: 'BHFT distribution' };
  await world.operate('distributeDividend', dividend);
  await world.operate('distributeDividend', dividend);
  const reply = await ask(customer, 'GET', '/sapi/v1/asset/assetDividend');
  type Dividends = { rows: { tranId: number }[] };
  const sample = oldestFirst(readSample('asset-dividend'), (body: Dividends) => body.rows);
  assertLikeSample(reply, sample, { divTime: milliseconds, tranId: runningNumber });
  const [first, second] = (JSON.parse(reply) as Dividends).rows;
  assert.ok(first && second && first.tranId < second.tranId);
});
