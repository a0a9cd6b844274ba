import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStoreWorld } from '../../../test/support/store-world.ts';
import { decimal, operator } from '../../../test/support/world-plan.ts';
import { updateAccount } from '../account/account-update.ts';
import { putPrice } from '../catalog/price-put.ts';
import { putSettings } from '../settings/settings-put.ts';
import { submitWithdrawal } from '../withdrawal/withdrawal-submit.ts';
import { convertDustAssets } from './dust-convert.ts';

const hourMs = 3_600_000;

test('all given assets are converted atomically: the gross amount is credited and 2 % of it charged, both as transfers', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'ADA', '8');
  await world.credit('alice', 'XRP', '10.000001');
  const { alice } = world;
  const reply = await world.run(convertDustAssets, { accountId: alice, assets: ['ADA', 'XRP', 'ADA'] });
  // 8 × 0.5 / 400 = 0.01; 10.000001 × 0.6 / 400 = 0.0150000015 → 0.015; fees 2 % of each.
  const lines = [
    { asset: 'ADA', amountUnits: 8_000_000n, grossUnits: 1_000_000n, feeUnits: 20_000n },
    { asset: 'XRP', amountUnits: 10_000_001n, grossUnits: 1_500_000n, feeUnits: 30_000n },
  ];
  assert.deepEqual(reply, { tranId: reply.tranId, atMs: world.nowMs, lines });
  assert.deepEqual(await world.transfers(2), [
    `dust-convert ADA 8000000 ${alice}:spot:free>dust ${reply.tranId}`,
    `dust-convert BNB 1000000 custody:BSC>${alice}:spot:free ${reply.tranId}`,
    `dust-fee BNB 20000 ${alice}:spot:free>fees ${reply.tranId}`,
    `dust-convert XRP 10000001 ${alice}:spot:free>dust ${reply.tranId}`,
    `dust-convert BNB 1500000 custody:BSC>${alice}:spot:free ${reply.tranId}`,
    `dust-fee BNB 30000 ${alice}:spot:free>fees ${reply.tranId}`,
  ]);
  assert.equal(await world.free(alice, 'BNB'), 2_450_000n);
  assert.equal(await world.free(alice, 'ADA'), 0n);
  assert.deepEqual(await world.rows('dust_conversions'), [
    {
      tranId: reply.tranId,
      accountId: alice,
      lines: [
        { asset: 'ADA', amount: '8000000', gross: '1000000', fee: '20000' },
        { asset: 'XRP', amount: '10000001', gross: '1500000', fee: '30000' },
      ],
      at: world.nowMs,
    },
  ]);
});

test('only the free balance is converted; the held balance is not', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'ADA', '8');
  await world.run(submitWithdrawal, {
    accountId: world.alice,
    asset: 'ADA',
    address: 'Ae2tdPwUPEZLs4HtbuNey7tK4hTKrwNwYtGqp7bDfCy2WdR3P6735W5Yfpe',
    amount: decimal('3'),
  });
  const { lines } = await world.run(convertDustAssets, { accountId: world.alice, assets: ['ADA'] });
  assert.equal(lines[0]?.amountUnits, 5_000_000n);
  const [balance] = await world.rows('balances', { accountId: world.alice, asset: 'ADA' });
  assert.deepEqual([balance?.free, balance?.held], [0n, 3_000_000n]);
});

test('one asset that cannot be converted causes the whole call to be rejected', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'ADA', '8');
  await world.credit('alice', 'SKY', '1');
  await world.credit('alice', 'BNB', '1');
  const rejection = async (...assets: string[]) =>
    (await world.rejection(convertDustAssets, { accountId: world.alice, assets: ['ADA', ...assets] }))
      .rejected;
  assert.equal(await rejection('BNB'), 'dust-asset-refused');
  assert.equal(await rejection('SKY'), 'dust-asset-refused', 'it has no price');
  assert.equal(await rejection('DOGE'), 'dust-asset-missing', 'it does not exist');
  assert.equal(await rejection('XRP'), 'dust-asset-missing', 'alice has none');
  const none = await world.rejection(convertDustAssets, { accountId: world.alice, assets: [] });
  assert.equal(none.rejected, 'dust-assets-empty');
});

test('without a price of BNB, or of BTC while a limit is set, nothing is converted', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'ADA', '8');
  const convert = { accountId: world.alice, assets: ['ADA'] };
  // No command removes prices; only a new exchange has a catalog without them.
  const forget = (code: string) => ({
    name: 'price-forget',
    changesLatest: true as const,
    prefetch: [],
    decide: () => ({ reply: null, writes: [{ delete: 'prices', key: { asset: code } } as const] }),
  });
  for (const [code, price] of [
    ['BNB', '400'],
    ['BTC', '40000'],
  ] as const) {
    await world.run(forget(code), null);
    assert.equal((await world.rejection(convertDustAssets, convert)).rejected, 'dust-asset-refused', code);
    await world.run(putPrice, { operator, asset: code, price: decimal(price) });
  }
  await world.run(convertDustAssets, convert);
});

test('a balance worth more than the limit is not dust, and the error names asset and limit', async () => {
  const world = await openStoreWorld();
  // 0.001 BTC at 40000 is 40, which is 80 ADA.
  await world.credit('alice', 'ADA', '80');
  await world.credit('bob', 'ADA', '80.000001');
  await world.run(convertDustAssets, { accountId: world.alice, assets: ['ADA'] });
  assert.deepEqual(await world.rejection(convertDustAssets, { accountId: world.bob, assets: ['ADA'] }), {
    rejected: 'dust-too-large',
    details: { asset: 'ADA', limit: '0.001' },
  });
});

test('without a limit any balance is dust', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'ADA', '1000000');
  await world.run(putSettings, { operator, settings: { dustLimitBtc: null } });
  await world.run(convertDustAssets, { accountId: world.alice, assets: ['ADA'] });
});

test('dust whose proceeds round to zero is rejected; dust that yields one unit is converted', async () => {
  const world = await openStoreWorld();
  // 0.000004 ADA × 0.5 / 400 = 0.000000005 → rounds up to one unit; 0.000003 to none.
  await world.credit('alice', 'ADA', '0.000003');
  await world.credit('bob', 'ADA', '0.000004');
  assert.deepEqual(await world.rejection(convertDustAssets, { accountId: world.alice, assets: ['ADA'] }), {
    rejected: 'dust-too-small',
    details: { asset: 'ADA' },
  });
  const { lines } = await world.run(convertDustAssets, { accountId: world.bob, assets: ['ADA'] });
  assert.deepEqual([lines[0]?.grossUnits, lines[0]?.feeUnits], [1n, 0n]);
});

test('an account converts once per interval, independently of other accounts', async () => {
  const world = await openStoreWorld();
  await world.run(putSettings, { operator, settings: { dustIntervalHours: 24 } });
  for (const name of ['alice', 'bob']) {
    await world.credit(name, 'ADA', '8');
    await world.credit(name, 'XRP', '8');
  }
  const convert = (accountId: number, code: string) => ({ accountId, assets: [code] });
  await world.run(convertDustAssets, convert(world.alice, 'ADA'));
  world.nowMs += 24 * hourMs - 1;
  assert.deepEqual(await world.rejection(convertDustAssets, convert(world.alice, 'XRP')), {
    rejected: 'dust-too-soon',
    details: { hours: 24 },
  });
  await world.run(convertDustAssets, convert(world.bob, 'XRP'));
  world.nowMs += 1;
  await world.run(convertDustAssets, convert(world.alice, 'XRP'));
});

test('a disabled and an unknown account cannot convert', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'ADA', '8');
  await world.run(updateAccount, { operator, email: 'alice@example.com', enabled: false });
  for (const accountId of [world.alice, 1]) {
    assert.deepEqual(await world.rejection(convertDustAssets, { accountId, assets: ['ADA'] }), {
      rejected: 'account-disabled',
      details: {},
    });
  }
});
