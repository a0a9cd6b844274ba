import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStoreWorld } from '../../../test/support/store-world.ts';
import { decimal, operator } from '../../../test/support/world-plan.ts';
import { updateAccount } from './account-update.ts';
import { transferBetweenAccounts, transferOnce } from './sub-account-transfer.ts';

test('a master transfers between any two accounts of its world', async () => {
  const world = await openStoreWorld();
  await world.credit('master', 'ADA', '10');
  const { master, alice, bob } = world;
  const route = ['master', 'alice', 'bob', 'master'] as const;
  const tranIds: number[] = [];
  for (const [index, name] of route.slice(0, -1).entries()) {
    const { tranId } = await world.run(transferBetweenAccounts, {
      masterId: master,
      fromEmail: `${name.toUpperCase()}@example.com`,
      toEmail: `${route[index + 1]}@example.com`,
      asset: 'ADA',
      amount: decimal('10'),
    });
    tranIds.push(tranId);
  }
  const ids = [master, alice, bob, master];
  const expected = tranIds.map((tranId, index) => ({
    tranId,
    masterId: master,
    fromAccountId: ids[index],
    toAccountId: ids[index + 1],
    asset: 'ADA',
    amount: 10_000_000n,
    at: world.nowMs,
    clientId: null,
  }));
  const rows = await world.rows('sub_account_transfers');
  assert.deepEqual(rows, expected);
  assert.deepEqual(
    await world.transfers(1),
    tranIds.map(
      (tranId, index) =>
        `sub-account-transfer ADA 10000000 ${ids[index]}:spot:free>${ids[index + 1]}:spot:free ${tranId}`,
    ),
  );
  assert.equal(new Set(tranIds).size, 3);
});

test('a transfer that violates several rules is rejected for the first: relation, sides, asset, precision, balance', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'BTC', '1');
  const good = {
    masterId: world.master,
    fromEmail: 'alice@example.com',
    toEmail: 'bob@example.com',
    asset: 'BTC',
    amount: decimal('1'),
  };
  const rejection = async (change: object) =>
    world.rejection(transferBetweenAccounts, { ...good, ...change });
  const fine = decimal('99.000000001');
  const unrelated = { rejected: 'sub-account-unrelated', details: {} };
  for (const email of ['stranger@example.com', 'nobody@example.com', '']) {
    assert.deepEqual(await rejection({ toEmail: email, asset: 'DOGE', amount: fine }), unrelated, email);
    assert.deepEqual(await rejection({ fromEmail: email, asset: 'DOGE', amount: fine }), unrelated, email);
  }
  assert.deepEqual(await rejection({ masterId: world.stranger }), unrelated);
  assert.deepEqual(await rejection({ masterId: world.alice }), unrelated);
  const same = await rejection({ toEmail: ' Alice@example.com', asset: 'DOGE', amount: fine });
  assert.equal(same.rejected, 'recipient-is-sender');
  assert.equal((await rejection({ asset: 'DOGE', amount: fine })).rejected, 'asset-unknown');
  assert.equal((await rejection({ amount: fine })).rejected, 'precision-exceeded');
  for (const amount of ['0', '-1']) {
    const { rejected } = await rejection({ amount: decimal(amount) });
    assert.equal(rejected, 'amount-not-positive', amount);
  }
  assert.equal((await rejection({ amount: decimal('1.00000001') })).rejected, 'balance-insufficient');
  assert.equal((await rejection({ fromEmail: 'master@example.com' })).rejected, 'balance-insufficient');
});

test('a transfer repeated under its client id moves money once; other content under it is rejected', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'BTC', '1');
  const order = {
    masterId: world.master,
    fromEmail: 'alice@example.com',
    toEmail: undefined,
    asset: 'BTC',
    amount: decimal('1'),
    clientId: 'one',
  };
  const first = await world.run(transferOnce, order);
  assert.deepEqual(await world.run(transferOnce, { ...order, amount: decimal('1.00') }), first);
  assert.equal(await world.free(world.master, 'BTC'), 100_000_000n);
  assert.equal((await world.rows('sub_account_transfers')).length, 1);
  const rejection = async (change: object) =>
    (await world.rejection(transferOnce, { ...order, ...change })).rejected;
  assert.equal(await rejection({ amount: decimal('0.5') }), 'client-id-reused');
  assert.equal(await rejection({ asset: 'ADA' }), 'client-id-reused');
  assert.equal(await rejection({ toEmail: 'bob@example.com' }), 'client-id-reused');
  assert.equal(
    await rejection({ fromEmail: 'master@example.com', toEmail: 'alice@example.com' }),
    'client-id-reused',
  );
  assert.equal(
    await rejection({ clientId: 'two' }),
    'balance-insufficient',
    'another id is another transfer',
  );
});

test('a sub-account can send only its own money, while it is enabled', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'BTC', '1');
  await world.credit('bob', 'BTC', '1');
  const order = {
    masterId: world.master,
    subAccountId: world.alice,
    fromEmail: 'alice@example.com',
    toEmail: 'bob@example.com',
    asset: 'BTC',
    amount: decimal('0.25'),
  };
  await world.run(transferBetweenAccounts, order);
  assert.equal(await world.free(world.bob, 'BTC'), 125_000_000n);
  const rejection = async (change: object) =>
    (await world.rejection(transferBetweenAccounts, { ...order, ...change })).rejected;
  assert.equal(
    await rejection({ fromEmail: 'bob@example.com', toEmail: undefined }),
    'sub-account-unrelated',
  );
  assert.equal(await rejection({ fromEmail: undefined }), 'sub-account-unrelated', "the master's money");
  assert.equal(await rejection({ toEmail: 'stranger@example.com' }), 'sub-account-unrelated');
  await world.run(updateAccount, { operator, email: 'alice@example.com', enabled: false });
  assert.equal(await rejection({}), 'account-disabled');
});

test('a master can transfer the balance of a disabled sub-account', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'BTC', '1');
  await world.run(updateAccount, { operator, email: 'alice@example.com', enabled: false });
  await world.run(transferBetweenAccounts, {
    masterId: world.master,
    fromEmail: 'alice@example.com',
    toEmail: 'master@example.com',
    asset: 'BTC',
    amount: decimal('1'),
  });
  assert.equal(await world.free(world.alice, 'BTC'), 0n);
  assert.equal(await world.free(world.master, 'BTC'), 100_000_000n);
});
