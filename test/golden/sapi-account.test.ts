/** A running server with the data of a sample of /sapi/…/account returns the sample. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { switchesOf } from '../../src/domain/account-switches.ts';
import { createKey } from '../support/world.ts';
import { bodyOf, type GoldenWorld, startGoldenWorld } from './golden-world.ts';
import { assertLikeSample, readSample } from './sample.ts';

const milliseconds = /^1[0-9]{12}$/;

let world: GoldenWorld;
before(async () => {
  world = await startGoldenWorld();
});
after(() => world.exchange.close());

test('apiRestrictions: the permissions of the key, its address list and its end', async () => {
  const { email } = await world.customer('restrictions@test.com');
  const expiresAtMs = Date.now() + 86_400_000;
  const key = await createKey(world.exchange.server, email, {
    permissions: ['reading', 'withdrawals', 'universal-transfers'],
    ipAllowList: ['127.0.0.1', '::1'],
    expiresAtMs,
  });
  const reply = bodyOf(await world.exchange.signed(key, 'GET', '/sapi/v1/account/apiRestrictions'));
  const generated = { createTime: milliseconds, tradingAuthorityExpirationTime: milliseconds };
  assertLikeSample(reply, readSample('api-restrictions'), generated);
  assert.equal(JSON.parse(reply).tradingAuthorityExpirationTime, expiresAtMs);

  const plain = await createKey(world.exchange.server, email);
  const { body } = await world.exchange.signed(plain, 'GET', '/sapi/v1/account/apiRestrictions');
  assert.equal(body.ipRestrict, false);
  assert.ok(!('tradingAuthorityExpirationTime' in body));
  const names = ['SpotAndMarginTrading', 'Withdrawals', 'InternalTransfer'].map((name) => `enable${name}`);
  for (const name of ['enableReading', 'permitsUniversalTransfer', ...names])
    assert.equal(body[name], true, name);
});

test('sapiApiTradingStatus and sapiAccountStatus show what wapi shows', async () => {
  const customer = await world.customer('locked@test.com');
  const each = [
    { i: 'UFR', c: 20, v: '0.05', t: '0.995' },
    { i: 'IFER', c: 20, v: '0.99', t: '0.99' },
    { i: 'GCR', c: 20, v: '0.99', t: '0.99' },
  ] as const;
  await world.operate('recordTradingIndicators', {
    accountId: customer.accountId,
    indicators: { BTCUSDT: each },
    breached: false,
  });
  const get = async (path: string) => bodyOf(await world.exchange.signed(customer, 'GET', path));
  const status = await get('/sapi/v1/account/apiTradingStatus');
  assertLikeSample(status, readSample('sapi-api-trading-status'), { updateTime: milliseconds });

  assert.deepEqual(JSON.parse(await get('/sapi/v1/account/status')), { data: 'Normal' });
  await world.operate('updateAccount', { email: customer.email, enabled: false });
  assert.deepEqual(JSON.parse(await get('/sapi/v1/account/status')), { data: 'Account disabled' });
  await world.operate('updateAccount', { email: customer.email, statusMessage: 'Under review' });
  const { msg } = JSON.parse(await get('/wapi/v3/accountStatus.html'));
  assert.deepEqual([msg, JSON.parse(await get('/sapi/v1/account/status'))], ['Under review', { data: msg }]);
});

test('bnbBurn: turns one of two switches and shows both; without either it is rejected', async () => {
  const customer = await world.customer('burn@test.com');
  const ask = (method: string, query = '') =>
    world.exchange.signed(customer, method, '/sapi/v1/bnbBurn', query);
  const burn = bodyOf(await ask('POST', 'spotBNBBurn=True'));
  assertLikeSample(burn, readSample('bnb-burn'));
  assert.equal(bodyOf(await ask('GET')), burn);
  const both = bodyOf(await ask('POST', 'interestBNBBurn=true'));
  assert.deepEqual(JSON.parse(both), { spotBNBBurn: true, interestBNBBurn: true });
  const off = bodyOf(await ask('POST', 'interestBnbBurn=false'));
  assert.deepEqual(JSON.parse(off), { spotBNBBurn: true, interestBNBBurn: false });
  const { status, body } = await ask('POST');
  assert.deepEqual([status, body.code], [400, -1102]);
  assert.match(body.msg, /'spotBNBBurn'/);
  assert.equal(bodyOf(await ask('GET')), off);
});

test('the switches of fast withdrawals are stored, and leave the others as they are', async () => {
  const customer = await world.customer('fast@test.com');
  const post = (path: string, query = '') => world.exchange.signed(customer, 'POST', path, query);
  const stored = async () => {
    const where = { accountId: customer.accountId };
    return switchesOf(await world.exchange.server.reads.row('account_switches', where));
  };
  await post('/sapi/v1/bnbBurn', 'spotBNBBurn=true');
  assert.equal(bodyOf(await post('/sapi/v1/account/enableFastWithdrawSwitch')), '{}');
  const on = { spotBnbBurn: true, interestBnbBurn: false, fastWithdraw: true };
  assert.deepEqual(await stored(), on);
  assert.equal(bodyOf(await post('/sapi/v1/account/disableFastWithdrawSwitch')), '{}');
  assert.deepEqual(await stored(), { ...on, fastWithdraw: false });
});
