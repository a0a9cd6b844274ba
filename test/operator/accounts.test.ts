/** Accounts, their keys and their balances. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { assertRejected, balance, credit, done, openCustomer, signed, withdraw } from './operator-client.ts';

describe('accounts, keys and balances', () => {
  let exchange: Exchange;
  before(async () => {
    exchange = await startExchange();
  });
  after(() => exchange.close());

  const status = (key: { apiKey: string; secretKey: string }) =>
    exchange.signed(key, 'GET', '/wapi/v3/accountStatus.html');

  test('an account is opened once, and its master must be a master account', async () => {
    const master = await done(exchange, 'POST', '/accounts', { email: 'Master@x.com' });
    assert.deepEqual([master.email, master.master], ['master@x.com', null]);
    const body = {
      email: 'sub@x.com',
      master: 'MASTER@x.com',
      mobile: '+1',
      googleAuth: true,
      activated: false,
    };
    const sub = await done(exchange, 'POST', '/accounts', body);
    assert.deepEqual(
      [sub.master, sub.mobile, sub.googleAuth, sub.activated, sub.enabled, sub.withdrawConfirmation],
      ['master@x.com', '+1', true, false, true, 'none'],
    );
    assertRejected(await exchange.operator('POST', '/accounts', { email: 'SUB@x.com' }), 409, -9409);
    const beneath = (master: string) =>
      exchange.operator('POST', '/accounts', { email: 'new@x.com', master });
    assertRejected(await beneath('sub@x.com'), 409, -9409);
    assertRejected(await beneath('nobody@x.com'), 404, -9404);
    const { accounts } = await done(exchange, 'GET', '/accounts');
    assert.deepEqual(accounts, [master, sub], 'oldest first');
    assert.deepEqual((await done(exchange, 'GET', '/accounts?email=Sub@x.com')).accounts, [sub]);
    assert.deepEqual((await done(exchange, 'GET', '/accounts?limit=1&offset=1')).accounts, [sub]);
  });

  test('accountStatus shows the message that an operator set for the account', async () => {
    const key = await openCustomer(exchange, 'status@x.com');
    const change = {
      statusMessage: 'Order failed:Low Order fill rate! Will be reactivated after 5 minutes.',
      statusArguments: ['5'],
    };
    const changed = await done(exchange, 'PATCH', '/accounts/status@x.com', change);
    assert.equal(changed.statusMessage, change.statusMessage);
    assert.deepEqual((await status(key)).body, {
      msg: change.statusMessage,
      success: true,
      objs: ['5'],
    });
    const normal = await done(exchange, 'PATCH', '/accounts/status@x.com', { statusMessage: null });
    assert.deepEqual([normal.statusMessage, normal.statusArguments], [null, []]);
    assert.deepEqual((await status(key)).body, { msg: 'Normal', success: true });
    assertRejected(await exchange.operator('PATCH', '/accounts/status@x.com', {}), 400, -9400);
    assertRejected(await exchange.operator('PATCH', '/accounts/nobody@x.com', change), 404, -9404);
  });

  test('a master that is not an e-mail address is rejected by name, and no account is opened', async () => {
    const open = (master: unknown) =>
      exchange.operator('POST', '/accounts', { email: 'of-whom@x.com', master });
    for (const master of ['', ' ', 'nope', 'a@', 'a b@x.com', 0, null, []])
      assertRejected(await open(master), 400, -9400, /^body\.master: must be /);
    assertRejected(await open('nobody@x.com'), 404, -9404, /account nobody@x\.com/);
    assert.equal((await open(true)).status, 201);
  });

  test('a disabled account cannot withdraw from the next request on', async () => {
    const key = await openCustomer(exchange, 'disabled@x.com');
    await credit(exchange, 'disabled@x.com', 'ETH', '2');
    await done(exchange, 'PATCH', '/accounts/disabled@x.com', { enabled: false });
    assert.equal((await withdraw(exchange, key)).status, 400);
    await done(exchange, 'PATCH', '/accounts/disabled@x.com', { enabled: true });
    assert.equal((await withdraw(exchange, key)).status, 200);
  });

  test('a secret is shown when its key is created, and never again', async () => {
    await done(exchange, 'POST', '/accounts', { email: 'secret@x.com' });
    const made = await done(exchange, 'POST', '/accounts/secret@x.com/api-keys', {});
    assert.match(made.apiKey, /^[A-Za-z0-9]{64}$/);
    assert.match(made.secretKey, /^[A-Za-z0-9]{64}$/);
    const { secretKey, ...rest } = made;
    const list = await exchange.operator('GET', '/accounts/secret@x.com/api-keys');
    assert.deepEqual(list.body, { apiKeys: [rest] });
    const audit = await exchange.operator('GET', '/audit?limit=1000');
    assert.doesNotMatch(audit.text, new RegExp(secretKey));
  });

  test('a deleted key is rejected on the next request', async () => {
    const key = await openCustomer(exchange, 'deleted@x.com');
    assert.equal((await status(key)).status, 200);
    assertRejected(
      await exchange.operator('DELETE', `/accounts/secret@x.com/api-keys/${key.apiKey}`),
      404,
      -9404,
    );
    assert.equal((await status(key)).status, 200, 'the key of another account stays valid');
    await done(exchange, 'DELETE', `/accounts/deleted@x.com/api-keys/${key.apiKey}`);
    assertRejected(await status(key), 401, -2015);
    assertRejected(
      await exchange.operator('DELETE', `/accounts/deleted@x.com/api-keys/${key.apiKey}`),
      404,
      -9404,
    );
  });

  test('a key works only from the addresses in its list', async () => {
    const away = await openCustomer(exchange, 'ip@x.com', { ipAllowList: ['10.0.0.0/8', '2001:db8::1'] });
    assertRejected(await status(away), 401, -2015);
    const body = { ipAllowList: ['10.1.2.3', '127.0.0.0/8'] };
    const here = await done(exchange, 'POST', '/accounts/ip@x.com/api-keys', body);
    assert.equal((await status(here)).status, 200);
    for (const wrong of ['10.0.0', '10.0.0.0/33', '::1/129', 'localhost', '10.0.0.0/', '10.0.0.0/8/9', '']) {
      const ipAllowList = ['127.0.0.1', wrong];
      const reply = await exchange.operator('POST', '/accounts/ip@x.com/api-keys', { ipAllowList });
      assertRejected(reply, 400, -9400, /^body\.ipAllowList\[1\]: /);
    }
  });

  test('the address list of a key is stored and compared in canonical form', async () => {
    await openCustomer(exchange, 'spelt@x.com');
    const ipAllowList = [
      '::ffff:127.0.0.1',
      '127.0.0.1',
      '10.1.2.3/8',
      '2001:DB8:0::1/32',
      '::FFFF:a00:0/104',
    ];
    const path = '/accounts/spelt@x.com/api-keys';
    const key = await done(exchange, 'POST', path, { ipAllowList });
    assert.deepEqual(key.ipAllowList, ['127.0.0.1', '10.0.0.0/8', '2001:db8::/32']);
    assert.equal((await status(key)).status, 200);
    const { apiKeys } = await done(exchange, 'GET', path);
    assert.ok(apiKeys.some((each: { ipAllowList: string[] }) => each.ipAllowList.includes('2001:db8::/32')));
    const elsewhere = await done(exchange, 'POST', path, { ipAllowList: ['::ffff:127.0.0.2'] });
    assertRejected(await status(elsewhere), 401, -2015);
  });

  test('a key expires at its given time', async () => {
    const ended = await openCustomer(exchange, 'end@x.com', { expiresAt: Date.now() - 1 });
    assertRejected(await status(ended), 401, -2015);
    const body = { expiresAt: Date.now() + 3_600_000 };
    const lasting = await done(exchange, 'POST', '/accounts/end@x.com/api-keys', body);
    assert.equal(lasting.expiresAt, body.expiresAt);
    assert.equal((await status(lasting)).status, 200);
  });

  test('a key allows exactly its permissions', async () => {
    const reader = await openCustomer(exchange, 'may@x.com', { permissions: ['reading'] });
    await credit(exchange, 'may@x.com', 'ETH', '2');
    assert.equal((await status(reader)).status, 200);
    assertRejected(await withdraw(exchange, reader), 400, -1002);
    const body = { permissions: ['withdrawals'] };
    const payer = await done(exchange, 'POST', '/accounts/may@x.com/api-keys', body);
    assert.deepEqual(payer.permissions, ['withdrawals']);
    assertRejected(await status(payer), 400, -1002);
    assert.equal((await withdraw(exchange, payer)).status, 200);
    const unknown = { permissions: ['reading', 'all'] };
    const rejected = await exchange.operator('POST', '/accounts/may@x.com/api-keys', unknown);
    assertRejected(rejected, 400, -9400, /^body\.permissions\[1\]: must be one of "reading"/);
  });

  test('a manual credit or debit changes the free balance exactly and never overdraws', async () => {
    await openCustomer(exchange, 'book@x.com');
    const credited = await credit(exchange, 'book@x.com', 'ETH', '1.000000000000000001');
    assert.deepEqual(credited, {
      email: 'book@x.com',
      asset: 'ETH',
      free: '1.000000000000000001',
      held: '0',
    });
    const debit = (amount: string, asset = 'ETH') =>
      exchange.operator('POST', '/accounts/book@x.com/debit', { asset, amount, reason: 'a test' });
    assert.equal((await debit('1e-18')).body.free, '1');
    assertRejected(await debit('1.5'), 409, -9409, /free balance of .* in ETH is less/);
    assertRejected(await debit('0'), 400, -9400, /amount/);
    assertRejected(await debit('1e-19'), 400, -9400, /more decimals than ETH, which has 18/);
    assertRejected(await debit('-1'), 400, -9400, /^body\.amount: /);
    assertRejected(await debit('1e99'), 400, -9400, /^body\.amount: /);
    assertRejected(await debit('1', 'NONE'), 404, -9404, /asset NONE/);
    assert.deepEqual(await balance(exchange, 'book@x.com', 'ETH'), { free: '1', held: '0' });
    const without = await exchange.operator('POST', '/accounts/book@x.com/credit', {
      asset: 'ETH',
      amount: '1',
    });
    assertRejected(without, 400, -9400, /^body\.reason: is required$/);
    assertRejected(await exchange.operator('GET', '/accounts/nobody@x.com/balances'), 404, -9404);
  });

  test('the customer sees a manual lock until it is removed', async () => {
    const key = await openCustomer(exchange, 'lock@x.com');
    const lock = (body: object) => done(exchange, 'PUT', '/accounts/lock@x.com/trading-lock', body);
    const locked = await lock({ locked: true, recoverAfterMs: 60_000 });
    assert.ok(locked.lockedUntil > Date.now());
    const shown = await signed(exchange, key, 'GET', '/wapi/v3/apiTradingStatus.html');
    assert.deepEqual([shown.status.isLocked, shown.status.plannedRecoverTime], [true, locked.lockedUntil]);
    assert.deepEqual(await lock({ locked: false }), {
      email: 'lock@x.com',
      locked: false,
      lockedUntil: null,
    });
    const free = await signed(exchange, key, 'GET', '/wapi/v3/apiTradingStatus.html');
    assert.equal(free.status.isLocked, false);
  });
});
