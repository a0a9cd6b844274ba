import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStoreWorld } from '../../../test/support/store-world.ts';
import { decimal, operator } from '../../../test/support/world-plan.ts';
import { updateAccount } from '../account/account-update.ts';
import { transferBetweenWallets } from './wallet-transfer.ts';

test('a transfer moves a free balance to the other wallet and back, by one transfer of the ledger each', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'ADA', '10');
  const { alice } = world;
  const move = (from: 'spot' | 'funding', amount: string) =>
    world.run(transferBetweenWallets, { accountId: alice, from, asset: 'ADA', amount: decimal(amount) });
  const { tranId: there } = await move('spot', '10');
  const { tranId: back } = await move('funding', '2.5');
  assert.deepEqual(await world.transfers(1), [
    `wallet-transfer ADA 10000000 ${alice}:spot:free>${alice}:funding:free ${there}`,
    `wallet-transfer ADA 2500000 ${alice}:funding:free>${alice}:spot:free ${back}`,
  ]);
  const row = { accountId: alice, asset: 'ADA', at: world.nowMs };
  assert.deepEqual(await world.rows('wallet_transfers'), [
    { tranId: there, fromWallet: 'spot', amount: 10_000_000n, ...row },
    { tranId: back, fromWallet: 'funding', amount: 2_500_000n, ...row },
  ]);
  const balances = (await world.rows('balances', { accountId: alice })).map(({ wallet, free }) => [
    wallet,
    free,
  ]);
  assert.deepEqual(balances, [
    ['funding', 7_500_000n],
    ['spot', 2_500_000n],
  ]);
});

test('a transfer that violates several rules is rejected for the first: account, asset, precision, balance', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'BTC', '1');
  const good = { accountId: world.alice, from: 'spot', asset: 'BTC', amount: decimal('1') } as const;
  const rejection = async (change: object) =>
    (await world.rejection(transferBetweenWallets, { ...good, ...change })).rejected;
  const fine = decimal('99.000000001');
  assert.equal(await rejection({ asset: 'DOGE', amount: fine }), 'asset-unknown');
  assert.equal(await rejection({ amount: fine }), 'precision-exceeded');
  for (const amount of ['0', '-1'])
    assert.equal(await rejection({ amount: decimal(amount) }), 'amount-not-positive');
  assert.equal(await rejection({ amount: decimal('1.00000001') }), 'balance-insufficient');
  assert.equal(await rejection({ from: 'funding' }), 'balance-insufficient');
  assert.equal(await rejection({ accountId: world.bob }), 'balance-insufficient');
  await world.run(updateAccount, { operator, email: 'alice@example.com', enabled: false });
  assert.equal(await rejection({ asset: 'DOGE' }), 'account-disabled');
});
