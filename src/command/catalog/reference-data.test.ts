import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStoreWorld, type StoreWorld } from '../../../test/support/store-world.ts';
import { asset, decimal, network, operator } from '../../../test/support/world-plan.ts';
import { describeError } from '../../contract/error-table.ts';
import type { Rejection } from '../../contract/errors.ts';
import { type OperatorErrorId, operatorErrors } from '../../contract/operator-errors.ts';
import type { Asset } from '../../domain/catalog/catalog.ts';
import { putSettings, type SettingsChange } from '../settings/settings-put.ts';
import { type DefiningNetwork, putAsset } from './asset-put.ts';
import { putPrice } from './price-put.ts';
import { putSymbol } from './symbol-put.ts';

const dot = asset('DOT', [network('DOT', 'opaque'), { ...network('BSC', 'evm'), depositTip: 'Closed.' }], 10);

test('the catalog contains an asset as defined, and a second definition replaces the first', async () => {
  const world = await openStoreWorld();
  const large = 10n ** 30n;
  const first = { ...dot, withdrawMaximumPerDay: large, autoApprovalLimit: 0n };
  const view = await world.run(putAsset, { operator, asset: first });
  assert.deepEqual(
    [view.asset, view.autoApprovalLimit, view.networks[0]?.addressFormat],
    ['DOT', '0', 'opaque'],
  );
  const stored = { ...first, networks: first.networks.map(({ addressFormat: _, ...network }) => network) };
  assert.deepEqual(world.store.catalog().assets.get('DOT'), stored);
  await world.run(putAsset, { operator, asset: { ...dot, name: 'Polkadot' } });
  assert.equal(world.store.catalog().assets.get('DOT')?.name, 'Polkadot');
  const audit = await world.lastAudit();
  assert.deepEqual([audit?.action, audit?.subject], ['asset-put', 'DOT']);
});

/** The message that the operator API sends. */
const textOf = (rejection: Awaited<ReturnType<StoreWorld['rejection']>>) =>
  describeError(rejection as Rejection<OperatorErrorId>, operatorErrors).body.msg;

test('an asset definition that violates a rule is rejected, and the message names the wrong field', async () => {
  const world = await openStoreWorld();
  const problemOf = async (change: Partial<Asset>) => {
    const rejection = await world.rejection(putAsset, { operator, asset: { ...dot, ...change } });
    assert.equal(rejection.rejected, 'asset-invalid');
    return textOf(rejection);
  };
  for (const code of ['', 'd', 'dot', 'D T', 'D'.repeat(21)])
    assert.match(await problemOf({ asset: code }), /code/);
  for (const scale of [-1, 19, 1.5, Number.NaN]) assert.match(await problemOf({ scale }), /scale/);
  assert.match(await problemOf({ networks: [] }), /one network/);
  assert.match(await problemOf({ networks: [network('A', 'evm'), network('A', 'tron')] }), /twice/);
  assert.match(await problemOf({ withdrawMaximumPerDay: -1n }), /withdrawMaximumPerDay/);
  assert.match(await problemOf({ autoApprovalLimit: -1n }), /autoApprovalLimit/);
});

test('a network definition that violates a rule is rejected, and the message names the wrong field', async () => {
  const world = await openStoreWorld();
  const wrong: readonly (readonly [Partial<DefiningNetwork>, RegExp])[] = [
    [{ network: '' }, /the code must be/],
    [{ network: 'eth' }, /the code must be/],
    [{ network: 'N'.repeat(21) }, /the code must be/],
    [{ addressFormat: undefined }, /addressFormat is required/],
    [{ addressFormat: 'morse' as never }, /addressFormat/],
    [{ withdrawFee: -1n }, /withdrawFee/],
    [{ withdrawMinimum: -1n }, /withdrawMinimum/],
    [{ withdrawMultiple: 0n }, /withdrawMultiple/],
    [{ minConfirm: 0 }, /minConfirm/],
    [{ minConfirm: 1.5 }, /minConfirm/],
    [{ minConfirm: 3, unlockConfirm: 2 }, /unlockConfirm/],
  ];
  for (const [change, expected] of wrong) {
    const networks = [network('GOOD', 'evm'), { ...network('BAD', 'evm'), ...change }];
    const rejection = await world.rejection(putAsset, { operator, asset: { ...dot, networks } });
    assert.equal(rejection.rejected, 'asset-invalid');
    assert.match(textOf(rejection), expected);
  }
});

test('the scale of an asset cannot change; every other field can', async () => {
  const world = await openStoreWorld();
  await world.run(putAsset, { operator, asset: { ...dot, scale: 6 } });
  const { rejected } = await world.rejection(putAsset, { operator, asset: dot });
  assert.equal(rejected, 'asset-scale-fixed');
  await world.run(putAsset, { operator, asset: { ...dot, scale: 6, name: 'Polkadot' } });
});

test('a price is stored exactly, with its time; prices of zero or less and unknown assets are rejected', async () => {
  const world = await openStoreWorld();
  const reply = await world.run(putPrice, { operator, asset: 'SKY', price: decimal('1e-05') });
  assert.deepEqual(reply, { asset: 'SKY', price: '0.00001' });
  assert.equal(world.store.catalog().prices.get('SKY'), '0.00001');
  assert.equal((await world.rows('prices', { asset: 'SKY' }))[0]?.updatedAt, world.nowMs);
  assert.deepEqual((await world.lastAudit())?.details, { from: null, to: '0.00001' });
  const rejection = async (code: string, price: string) =>
    (await world.rejection(putPrice, { operator, asset: code, price: decimal(price) })).rejected;
  assert.equal(await rejection('SKY', '0'), 'price-not-positive');
  assert.equal(await rejection('SKY', '-1'), 'price-not-positive');
  assert.equal(await rejection('DOGE', '1'), 'asset-unknown');
});

test('the catalog contains a symbol with canonical fees; invalid names, assets and fees are rejected', async () => {
  const world = await openStoreWorld();
  const bnbBtc = { symbol: 'BNBBTC', baseAsset: 'BNB', quoteAsset: 'BTC', maker: '0.0010', taker: '0' };
  const stored = { ...bnbBtc, maker: '0.001' };
  assert.deepEqual(await world.run(putSymbol, { operator, symbol: bnbBtc }), stored);
  assert.deepEqual(world.store.catalog().symbols.get('BNBBTC'), stored);
  assert.equal((await world.lastAudit())?.subject, 'BNBBTC');
  const rejection = async (change: object) =>
    (await world.rejection(putSymbol, { operator, symbol: { ...bnbBtc, ...change } })).rejected;
  for (const symbol of ['', 'B', 'bnbbtc', 'BNB-BTC', 'B'.repeat(41)]) {
    assert.equal(await rejection({ symbol }), 'symbol-malformed', symbol);
  }
  assert.equal(await rejection({ baseAsset: 'DOGE' }), 'asset-unknown');
  assert.equal(await rejection({ quoteAsset: 'DOGE' }), 'asset-unknown');
  assert.equal(await rejection({ quoteAsset: 'BNB' }), 'symbol-assets-equal');
  for (const fee of ['', 'free', '-0.001']) {
    assert.equal(await rejection({ maker: fee }), 'symbol-fees-invalid', fee);
    assert.equal(await rejection({ taker: fee }), 'symbol-fees-invalid', fee);
  }
});

test('only the given settings change; maintenance has the message of the specification', async () => {
  const world = await openStoreWorld();
  const before = world.store.catalog().settings;
  const reply = await world.run(putSettings, { operator, settings: { systemStatus: { status: 1 } } });
  const maintenance = { status: 1, msg: 'system maintenance' };
  assert.deepEqual(reply, { ...before, systemStatus: maintenance });
  assert.deepEqual(world.store.catalog().settings, reply);
  assert.deepEqual((await world.lastAudit())?.details, {
    from: { systemStatus: before.systemStatus },
    to: { systemStatus: maintenance },
  });
  await world.run(putSettings, {
    operator,
    settings: { systemStatus: { status: 0, msg: 'back' }, dustLimitBtc: '0.00120', dustIntervalHours: 24 },
  });
  assert.deepEqual(world.store.catalog().settings, {
    systemStatus: { status: 0, msg: 'back' },
    dustLimitBtc: '0.0012',
    dustIntervalHours: 24,
    whitelistDelayHours: before.whitelistDelayHours,
    addressPoolMinimum: before.addressPoolMinimum,
  });
});

test('the dust limit can be removed', async () => {
  const world = await openStoreWorld();
  await world.run(putSettings, { operator, settings: { dustLimitBtc: null } });
  assert.equal(world.store.catalog().settings.dustLimitBtc, null);
});

test('a setting outside its range and an empty change are rejected', async () => {
  const world = await openStoreWorld();
  const rejection = async (settings: SettingsChange['settings']) =>
    (await world.rejection(putSettings, { operator, settings })).rejected;
  assert.equal(await rejection({}), 'change-empty');
  assert.equal(await rejection({ systemStatus: { status: 2 as never } }), 'system-status-unknown');
  for (const dustLimitBtc of ['', '0', '-1', 'much'])
    assert.equal(await rejection({ dustLimitBtc }), 'dust-limit-invalid', dustLimitBtc);
  for (const dustIntervalHours of [-1, 0.5, Number.POSITIVE_INFINITY])
    assert.equal(await rejection({ dustIntervalHours }), 'interval-invalid', String(dustIntervalHours));
});
