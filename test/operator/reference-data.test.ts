/** Assets, prices, symbols, settings and maintenance: changes by operators apply to customers immediately. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Credentials, type Exchange, startExchange } from '../support/exchange.ts';
import {
  assertRejected,
  balance,
  credit,
  done,
  openCustomer,
  reaches,
  signed,
  withdraw,
} from './operator-client.ts';

describe('reference data', () => {
  let exchange: Exchange;
  let customer: Credentials;

  before(async () => {
    exchange = await startExchange();
    customer = await openCustomer(exchange, 'customer@x.com');
    await credit(exchange, 'customer@x.com', 'ETH', '100');
  });
  after(() => exchange.close());

  const put = (asset: string, body: object) => exchange.operator('PUT', `/assets/${asset}`, body);

  test('an asset takes its defaults from the contract, and its address format from the network', async () => {
    const names = {
      BTC: 'bitcoin',
      LTC: 'litecoin',
      BSC: 'evm',
      TRX: 'tron',
      XRP: 'ripple',
      XMR: 'monero',
      ADA: 'cardano',
      BNB: 'beacon',
    };
    const networks = Object.keys(names).map((network) => ({ network }));
    const asset = await done(exchange, 'PUT', '/assets/MANY', { networks });
    const { networks: made, ...rest } = asset;
    const none = { withdrawMaximumPerDay: null, autoApprovalLimit: null };
    assert.deepEqual(rest, { asset: 'MANY', name: 'MANY', scale: 8, ...none });
    assert.deepEqual(
      made,
      Object.entries(names).map(([network, addressFormat]) => ({
        network,
        addressFormat,
        depositEnabled: true,
        withdrawEnabled: true,
        depositMinimum: '0',
        withdrawFee: '0',
        withdrawMinimum: '0.00000001',
        withdrawMultiple: '0.00000001',
        minConfirm: 1,
        unlockConfirm: 1,
      })),
    );
    const { assets } = await done(exchange, 'GET', '/assets');
    assert.deepEqual(
      assets.find((each: { asset: string }) => each.asset === 'MANY'),
      asset,
    );
  });

  test('an asset is stored as put, in canonical decimals', async () => {
    const network = {
      network: 'NET',
      addressFormat: 'evm',
      depositEnabled: false,
      withdrawEnabled: false,
      depositTip: 'Delisted, Deposit Suspended',
      depositMinimum: '0.10',
      withdrawFee: '.50',
      withdrawMinimum: '1e1',
      withdrawMultiple: '2',
      minConfirm: 3,
    };
    const body = {
      name: 'Full',
      scale: 2,
      networks: [network],
      withdrawMaximumPerDay: '100',
      autoApprovalLimit: '5.5',
    };
    assert.deepEqual(await done(exchange, 'PUT', '/assets/FULL', { ...body, reason: 'new' }), {
      asset: 'FULL',
      ...body,
      networks: [
        { ...network, depositMinimum: '0.1', withdrawFee: '0.5', withdrawMinimum: '10', unlockConfirm: 3 },
      ],
    });
    const kept = await done(exchange, 'GET', '/assets/FULL');
    assert.deepEqual(await done(exchange, 'PUT', '/assets/FULL', kept), kept, 'sent back as shown');
    assertRejected(await put('FULL', { ...kept, scale: 3 }), 409, -9409, /scale 2; .* never changes/);
  });

  test('an invalid asset is rejected, naming the field', async () => {
    const networks = (change: object) => ({
      networks: [{ network: 'ETH' }, { network: 'NET', addressFormat: 'evm', ...change }],
    });
    const fine = { withdrawFee: '0.000000001', withdrawMinimum: '0.000000001', withdrawMultiple: '1e-9' };
    for (const [field, amount] of Object.entries(fine)) {
      const reply = await put('BAD', networks({ [field]: amount }));
      assertRejected(reply, 400, -9400, new RegExp(`networks\\[1\\]\\.${field}: .*8 decimals of BAD`));
    }
    const wrong: readonly (readonly [object, RegExp])[] = [
      [networks({ addressFormat: 'morse' }), /^body\.networks\[1\]\.addressFormat: must be one of "bitcoin"/],
      [networks({ withdrawFee: 1 }), /^body\.networks\[1\]\.withdrawFee: must be a string/],
      [networks({ withdrawFee: '-1' }), /^body\.networks\[1\]\.withdrawFee: /],
      [networks({ withdrawFees: '1' }), /^body\.networks\[1\]\.withdrawFees: is not a field/],
      [networks({ network: 'net' }), /^body\.networks\[1\]\.network: /],
      [networks({ network: 'ETH' }), /ETH is listed twice/],
      [networks({ network: 'SEGWITBTC', addressFormat: undefined }), /SEGWITBTC: addressFormat is required/],
      [networks({ withdrawMultiple: '0' }), /withdrawMultiple must be greater than zero/],
      [networks({ minConfirm: 2, unlockConfirm: 1 }), /unlockConfirm/],
      [{ networks: [] }, /^body\.networks: /],
      [{ ...networks({}), scale: 19 }, /^body\.scale: must be <= 18/],
      [{ ...networks({}), autoApprovalLimit: '1e-9' }, /autoApprovalLimit: .*8 decimals of BAD/],
      [{ ...networks({}), withdrawMaximumPerDay: '1e-9' }, /withdrawMaximumPerDay: .*8 decimals of BAD/],
    ];
    for (const [body, text] of wrong) assertRejected(await put('BAD', body), 400, -9400, text);
    assertRejected(await put('bad', networks({})), 400, -9400, /^path\.asset: /);
    const { assets } = await done(exchange, 'GET', '/assets');
    assert.ok(!assets.some((each: { asset: string }) => each.asset === 'BAD'));
  });

  test('a changed fee applies to the very next withdrawal', async () => {
    for (const withdrawFee of ['0.25', '0.5']) {
      await done(exchange, 'PATCH', '/assets/ETH', { networks: [{ network: 'ETH', withdrawFee }] });
      const { id } = (await withdraw(exchange, customer)).body;
      assert.equal((await done(exchange, 'GET', `/withdrawals/${id}`)).fee, withdrawFee);
    }
  });

  test('during maintenance the very next withdrawal answers 503, and the first one afterwards is accepted', async () => {
    const turn = (body: object) => done(exchange, 'PUT', '/system-status', body);
    assert.deepEqual(await turn({ status: 1 }), { status: 1, msg: 'system maintenance' });
    const rejected = await withdraw(exchange, customer);
    assertRejected(rejected, 503, -1016);
    const shown = await exchange.request('GET', '/wapi/v3/systemStatus.html');
    assert.deepEqual(shown.body, { status: 1, msg: 'system maintenance' });
    assert.equal((await exchange.request('GET', '/api/v3/ping')).status, 200);
    assert.deepEqual(await turn({ status: 0, msg: 'back' }), { status: 0, msg: 'back' });
    assert.equal((await withdraw(exchange, customer)).status, 200);
    assertRejected(
      await exchange.operator('PUT', '/system-status', { status: 2 }),
      400,
      -9400,
      /^body\.status: /,
    );
  });

  test('a withdrawal approved during maintenance stays queued and is sent afterwards', async () => {
    const turn = (status: number) => done(exchange, 'PUT', '/system-status', { status });
    await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: '0' });
    const [first, last] = [
      (await withdraw(exchange, customer)).body,
      (await withdraw(exchange, customer)).body,
    ];
    await done(exchange, 'PATCH', '/assets/ETH', { autoApprovalLimit: null });
    await turn(1);
    for (const { id } of [first, last]) await done(exchange, 'POST', `/withdrawals/${id}/approve`);
    // The workers have been woken by then.
    await done(exchange, 'POST', '/chain/blocks', { network: 'ETH', count: 3 });
    for (const { id } of [first, last]) {
      assert.equal((await done(exchange, 'GET', `/withdrawals/${id}`)).stage, 'queued');
    }
    await turn(0);
    for (const { id } of [first, last]) await reaches(exchange, id, 'broadcast');
  });

  test('only the given settings change', async () => {
    const before = await done(exchange, 'GET', '/settings');
    const set = (body: object) => exchange.operator('PUT', '/settings', body);
    assert.deepEqual((await set({ dustLimitBtc: '.0200' })).body, { ...before, dustLimitBtc: '0.02' });
    assert.deepEqual((await set({ dustIntervalHours: 24 })).body.dustIntervalHours, 24);
    assert.deepEqual((await set({ dustLimitBtc: null })).body.dustLimitBtc, null);
    assert.deepEqual((await done(exchange, 'GET', '/settings')).dustLimitBtc, null);
    assertRejected(await set({ dustLimitBtc: 0.02 }), 400, -9400, /^body\.dustLimitBtc: /);
    assertRejected(await set({ dustIntervalHours: -1 }), 400, -9400, /^body\.dustIntervalHours: /);
    assertRejected(await set({}), 400, -9400, /contains no changes/);
  });

  test('prices and symbols are exact and require existing assets', async () => {
    const price = (asset: string, text: unknown) =>
      exchange.operator('PUT', `/prices/${asset}`, { price: text });
    assert.deepEqual((await price('ETH', '1e-05')).body, { asset: 'ETH', price: '0.00001' });
    assertRejected(await price('NONE', '1'), 404, -9404, /asset NONE/);
    assertRejected(await price('ETH', '0'), 400, -9400, /greater than zero/);
    assertRejected(await price('ETH', 1), 400, -9400, /^body\.price: must be a string$/);
    assert.deepEqual((await done(exchange, 'GET', '/prices')).prices, [{ asset: 'ETH', price: '0.00001' }]);

    await put('BTC', { networks: [{ network: 'BTC' }] });
    const symbol = { baseAsset: 'ETH', quoteAsset: 'BTC', maker: '0.0010', taker: '1e-3' };
    const kept = { symbol: 'ETHBTC', ...symbol, maker: '0.001', taker: '0.001' };
    assert.deepEqual(await done(exchange, 'PUT', '/symbols/ETHBTC', symbol), kept);
    assert.deepEqual((await done(exchange, 'GET', '/symbols')).symbols, [kept]);
    const { tradeFee } = await signed(exchange, customer, 'GET', '/wapi/v3/tradeFee.html');
    assert.deepEqual(tradeFee, [{ symbol: 'ETHBTC', maker: 0.001, taker: 0.001 }]);
    const stranger = { ...symbol, quoteAsset: 'NONE' };
    assertRejected(await exchange.operator('PUT', '/symbols/ETHNONE', stranger), 404, -9404, /asset NONE/);
  });

  test('a dividend is distributed exactly over all holders of the asset', async () => {
    await done(exchange, 'PUT', '/assets/DOT', {
      scale: 1,
      networks: [{ network: 'DOT', addressFormat: 'opaque' }],
    });
    for (const name of ['one', 'two', 'three']) {
      await openCustomer(exchange, `${name}@x.com`);
      await credit(exchange, `${name}@x.com`, 'DOT', '1');
    }
    const body = { asset: 'DOT', holdersOf: 'DOT', total: '1', info: 'a gift' };
    const paid = await exchange.operator('POST', '/dividends', body);
    assert.equal(paid.status, 201);
    const { tranId, time, ...rest } = paid.body;
    assert.ok(Number.isInteger(tranId) && time <= Date.now());
    assert.deepEqual(rest, { ...body, payments: 3, status: 'done' });
    const parts = await Promise.all(
      ['one', 'two', 'three'].map(
        async (name) => Number((await balance(exchange, `${name}@x.com`, 'DOT')).free) - 1,
      ),
    );
    assert.equal(Math.round(parts.reduce((sum, part) => sum + part, 0) * 10), 10);
    const ask = (change: object) => exchange.operator('POST', '/dividends', { ...body, ...change });
    assertRejected(await ask({ holdersOf: 'MANY' }), 409, -9409, /No account holds MANY/);
    assertRejected(await ask({ holdersOf: 'NONE' }), 404, -9404);
    assertRejected(await ask({ total: '0' }), 400, -9400);
    assertRejected(await ask({ total: '0.01' }), 400, -9400, /more decimals than DOT/);
  });

  test('a batch of orders is accepted completely or not at all', async () => {
    const event = {
      email: 'customer@x.com',
      symbol: 'ETHBTC',
      timeInForce: 'IOC',
      submitted: '1',
      filled: '0',
      outcome: 'EXPIRED',
    };
    const send = (...events: object[]) => exchange.operator('POST', '/order-events', { events });
    assert.deepEqual((await send(event, { ...event, openMs: null })).body, { recorded: 2 });
    assertRejected(
      await send(event, { ...event, email: 'no@x.com' }),
      400,
      -9400,
      /events\[1\]: .*no@x\.com/,
    );
    assertRejected(
      await send(event, { ...event, outcome: 'LOST' }),
      400,
      -9400,
      /^body\.events\[1\]\.outcome: /,
    );
    assertRejected(await send(), 400, -9400, /^body\.events: /);
    assert.equal((await exchange.server.reads.rows('order_events', {})).length, 2);
    const many = Array.from({ length: 10_000 }, () => event);
    assert.deepEqual((await send(...many)).body, { recorded: 10_000 });
    assertRejected(await send(...many, event), 400, -9400, /^body\.events: /);
  });

  test('the books balance afterwards', async () => {
    const report = await done(exchange, 'GET', '/integrity');
    assert.deepEqual([report.ok, report.mismatches], [true, []]);
    for (const { sum } of report.assets) assert.equal(sum, '0');
  });
});
