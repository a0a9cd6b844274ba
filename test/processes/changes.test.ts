/** A change by an operator applies in the process that makes it immediately, and in the others within a second. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { done } from '../operator/operator-client.ts';
import type { Exchange, Reply } from '../support/exchange.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { buildStandardWorld } from '../support/standard-world.ts';
import { createKey, emailOf, keyOf } from '../support/world.ts';
import { type Pair, startPair, withinASecond, withPair } from './pair.ts';

const reason = 'a test';
const hasCode = (code: number) => (reply: Reply) => reply.body.code === code;
const isServed = ({ status }: Reply) => status === 200;

describe('two processes', { skip: skipWithoutPostgres }, () => {
  let pair: Pair;
  before(async () => {
    pair = await startPair();
    await buildStandardWorld(pair.a.server);
  });
  after(() => pair.close());

  const atA = (method: string, path: string, body: object = {}) =>
    done(pair.a, method, path, method === 'DELETE' ? undefined : { reason, ...body });

  test('a new API key works in both processes immediately; a revoked one is rejected in the other within a second', async () => {
    const key = await createKey(pair.a.server, emailOf('alice'));
    const use = (at: Exchange) => at.signed(key, 'GET', '/wapi/v3/accountStatus.html');
    assert.ok(isServed(await use(pair.b)));
    assert.ok(isServed(await use(pair.a)));
    await atA('DELETE', `/accounts/${emailOf('alice')}/api-keys/${key.apiKey}?reason=x`);
    const rejected = await use(pair.a);
    assert.deepEqual([rejected.status, rejected.body.code], [401, -2015]);
    await withinASecond(() => use(pair.b), hasCode(-2015));
  });

  test('a key that its master restricts in one process is rejected in the other until the restriction is lifted', async () => {
    const key = { email: emailOf('alice'), subAccountApiKey: keyOf('alice').apiKey };
    const path = '/sapi/v2/sub-account/subAccountApi/ipRestriction';
    const restrict = (change: object) =>
      pair.a.signed(keyOf('master'), 'POST', path, { ...key, ...change } as Record<string, string>);
    const use = () => pair.b.signed(keyOf('alice'), 'GET', '/wapi/v3/accountStatus.html');
    assert.ok(isServed(await use()));
    assert.ok(isServed(await restrict({ status: 2, ipAddress: '203.0.113.9' })));
    await withinASecond(use, hasCode(-2015));
    assert.ok(isServed(await restrict({ status: 1 })));
    await withinASecond(use, isServed);
  });

  test('an account disabled in one process is disabled in the other, until it is enabled again', async () => {
    const trade = () => pair.b.signed(keyOf('bob'), 'POST', '/sapi/v1/asset/dust', 'asset=NOPE');
    const path = `/accounts/${emailOf('bob')}`;
    const allowed = (await trade()).body.code;
    assert.notEqual(allowed, -1002);
    await atA('PATCH', path, { enabled: false });
    await withinASecond(trade, hasCode(-1002));
    await atA('PATCH', path, { enabled: true });
    await withinASecond(trade, hasCode(allowed));
  });

  test("the other process shows and applies an asset's new fee and minimum", async () => {
    const terms = { network: 'NET', addressFormat: 'opaque', withdrawFee: '0.5', withdrawMinimum: '2' };
    const networks = [{ network: 'ADA', remove: true }, terms];
    await atA('PATCH', '/assets/ADA', { networks });
    const detail = () => pair.b.signed(keyOf('bob'), 'GET', '/wapi/v3/assetDetail.html');
    const { body } = await withinASecond(detail, (reply) => reply.body.assetDetail.ADA.withdrawFee === 0.5);
    assert.equal(Number(body.assetDetail.ADA.minWithdrawAmount), 2);
    const withdraw = (amount: string) =>
      pair.b.signed(keyOf('bob'), 'POST', '/wapi/v3/withdraw.html', {
        asset: 'ADA',
        address: 'x',
        amount,
      });
    assert.equal((await withdraw('1.9')).body.code, -4022);
    const taken = await withdraw('2');
    assert.ok(isServed(taken), taken.text);
    const row = await pair.b.server.reads.row('withdrawals', { id: taken.body.id });
    assert.equal(row?.fee, 500_000n);
  });

  test('the other process serves new prices, symbols and settings', async () => {
    const listed = (path: string) => () => done(pair.b, 'GET', path);
    await atA('PUT', '/prices/ADA', { price: '0.75' });
    await withinASecond(listed('/prices'), ({ prices }) =>
      prices.some((each: { asset: string; price: string }) => each.asset === 'ADA' && each.price === '0.75'),
    );
    const symbol = { baseAsset: 'ADA', quoteAsset: 'BTC', maker: '0.001', taker: '0.002' };
    await atA('PUT', '/symbols/ADABTC', symbol);
    const fee = () => pair.b.signed(keyOf('bob'), 'GET', '/wapi/v3/tradeFee.html', 'symbol=ADABTC');
    await withinASecond(fee, isServed);
    await atA('PUT', '/settings', { dustLimitBtc: '0.5' });
    await withinASecond(listed('/settings'), ({ dustLimitBtc }) => dustLimitBtc === '0.5');
  });

  test("the other process serves a network's new address format", async () => {
    const formatAt = (at: Exchange) => async () => {
      const { networks } = await done(at, 'GET', '/networks');
      return networks.find(({ network }: { network: string }) => network === 'APART')?.addressFormat;
    };
    await atA('PUT', '/networks/APART', { addressFormat: 'evm' });
    await withinASecond(formatAt(pair.b), (format) => format === 'evm');
    await atA('PATCH', '/networks/APART', { addressFormat: 'tron' });
    await withinASecond(formatAt(pair.b), (format) => format === 'tron');
  });

  test('maintenance applies in the other process, until it ends', async () => {
    const ask = () => pair.b.signed(keyOf('bob'), 'GET', '/wapi/v3/accountStatus.html');
    await atA('PUT', '/system-status', { status: 1 });
    await withinASecond(ask, ({ status }) => status === 503);
    await atA('PUT', '/system-status', { status: 0 });
    await withinASecond(ask, isServed);
  });
});

test('a ban created or lifted in one process applies in the other within a second', {
  skip: skipWithoutPostgres,
}, async () => {
  const weightPerMinute = 100;
  const ip = '203.0.113.7';
  const ping = (at: Exchange) => at.request('GET', '/api/v3/ping', { headers: { 'x-forwarded-for': ip } });
  const isBanned = ({ status }: Reply) => status === 418;
  await withPair(
    async ({ a, b }) => {
      assert.ok(isServed(await ping(b)));
      let last = await ping(a);
      for (let count = 0; count < 2 * weightPerMinute && !isBanned(last); count += 1) last = await ping(a);
      assert.ok(isBanned(last));
      await withinASecond(() => ping(b), isBanned);
      await done(a, 'DELETE', `/bans/${ip}?reason=x`);
      assert.ok(isServed(await ping(a)));
      await withinASecond(() => ping(b), isServed);
    },
    ['--trust-proxy', '1', '--weight-per-minute', `${weightPerMinute}`],
  );
});
