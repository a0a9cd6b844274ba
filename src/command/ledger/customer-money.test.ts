import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openStoreWorld } from '../../../test/support/store-world.ts';
import { decimal, operator } from '../../../test/support/world-plan.ts';
import { updateAccount } from '../account/account-update.ts';
import { transferBetweenAccounts, transferOnce } from '../account/sub-account-transfer.ts';
import { distributeDividend } from '../dividend/dividend-distribute.ts';
import { submitWithdrawal } from '../withdrawal/withdrawal-submit.ts';
import { adjustBalance } from './balance-adjust.ts';

const toAlice = { operator, email: 'Alice@example.com', asset: 'BTC' } as const;

test('an unbacked booking moves money between the customer and the adjustments account and records the reason', async () => {
  const world = await openStoreWorld();
  const credit = { ...toAlice, amount: decimal('1.5'), direction: 'credit', backed: false } as const;
  const credited = await world.run(adjustBalance, credit);
  assert.equal(credited.free, '1.5');
  const debit = { ...toAlice, amount: decimal('1.5'), direction: 'debit', backed: false } as const;
  const debited = await world.run(adjustBalance, debit);
  assert.equal(debited.free, '0');
  assert.deepEqual(await world.transfers(), [
    `adjustment BTC 150000000 adjustments>${world.alice}:spot:free ${credited.id}`,
    `adjustment BTC 150000000 ${world.alice}:spot:free>adjustments ${debited.id}`,
  ]);
  const audit = await world.lastAudit();
  assert.deepEqual(
    [audit?.actor, audit?.action, audit?.subject, audit?.reason, audit?.details],
    [
      'olga',
      'balance-adjust',
      'alice@example.com',
      'a test',
      { id: debited.id, direction: 'debit', asset: 'BTC', amount: '1.5', backed: false },
    ],
  );
});

test('an adjustment without a reason, of zero, with too many decimals, of an unknown asset or above the free balance is rejected', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'BTC', '1');
  const rejection = async (change: object) => {
    const adjustment = { ...toAlice, amount: decimal('1'), direction: 'debit', ...change } as const;
    return (await world.rejection(adjustBalance, adjustment)).rejected;
  };
  assert.equal(await rejection({ operator: { actor: 'olga', reason: ' ' } }), 'reason-missing');
  assert.equal(await rejection({ email: 'nobody@example.com' }), 'account-unknown');
  assert.equal(await rejection({ asset: 'DOGE' }), 'asset-unknown');
  for (const amount of ['0', '-1', '0.000000001']) {
    const error = amount === '0.000000001' ? 'precision-exceeded' : 'amount-not-positive';
    assert.equal(await rejection({ amount: decimal(amount) }), error, amount);
    assert.equal(await rejection({ amount: decimal(amount), direction: 'credit' }), error, amount);
  }
  assert.equal(await rejection({ amount: decimal('1.00000001') }), 'balance-insufficient');
  assert.equal(await rejection({ email: 'bob@example.com' }), 'balance-insufficient');
});

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

const dividend = { operator, asset: 'BNB', holdersOf: 'SKY', info: 'SKY distribution' };

test('a dividend is distributed in proportion to balances, held amounts included, and every share is listed', async () => {
  const world = await openStoreWorld();
  await world.credit('master', 'SKY', '1');
  await world.credit('alice', 'SKY', '2');
  await world.credit('bob', 'ADA', '5');
  // Half of alice's balance is held by a withdrawal, but still counts.
  await world.run(submitWithdrawal, {
    accountId: world.alice,
    asset: 'SKY',
    address: 'elsewhere',
    amount: decimal('1'),
  });
  const before = (await world.transfers()).length;
  const reply = await world.run(distributeDividend, { ...dividend, total: decimal('0.00000010') });
  assert.equal(reply.payments, 2);
  const { master, alice, nowMs } = world;
  const { tranId } = reply;
  assert.deepEqual(await world.transfers(before), [
    `dividend BNB 3 custody:BSC>${master}:spot:free ${tranId}`,
    `dividend BNB 7 custody:BSC>${alice}:spot:free ${tranId}`,
  ]);
  const base = { tranId, asset: 'BNB', info: 'SKY distribution', at: nowMs };
  assert.deepEqual(await world.rows('dividends'), [
    {
      tranId,
      asset: 'BNB',
      holdersOf: 'SKY',
      network: 'BSC',
      total: 10n,
      info: base.info,
      state: 'done',
      payments: 2,
      at: nowMs,
    },
  ]);
  assert.deepEqual(await world.rows('dividend_payments'), [
    { ...base, accountId: master, amount: 3n },
    { ...base, accountId: alice, amount: 7n },
  ]);
  const audit = await world.lastAudit();
  assert.deepEqual([audit?.action, audit?.subject], ['dividend-distribute', `${tranId}`]);
});

test('a dividend in the held asset itself is distributed by the balances before it', async () => {
  const world = await openStoreWorld();
  await world.credit('master', 'BNB', '1');
  await world.credit('alice', 'BNB', '3');
  await world.run(distributeDividend, { ...dividend, holdersOf: 'BNB', total: decimal('4') });
  assert.equal(await world.free(world.master, 'BNB'), 200_000_000n);
  assert.equal(await world.free(world.alice, 'BNB'), 600_000_000n);
});

test('a dividend of zero, with too many decimals, with an unknown asset or without holders is rejected', async () => {
  const world = await openStoreWorld();
  const rejection = async (change: object) =>
    (await world.rejection(distributeDividend, { ...dividend, total: decimal('1'), ...change })).rejected;
  assert.equal(await rejection({}), 'asset-not-held');
  await world.credit('alice', 'SKY', '1');
  const takeBack = { ...toAlice, asset: 'SKY', amount: decimal('1'), direction: 'debit' } as const;
  await world.run(adjustBalance, takeBack);
  assert.equal(await rejection({}), 'asset-not-held');
  assert.equal(await rejection({ asset: 'DOGE' }), 'asset-unknown');
  assert.equal(await rejection({ holdersOf: 'DOGE' }), 'asset-unknown');
  assert.equal(await rejection({ total: decimal('0') }), 'amount-not-positive');
  assert.equal(await rejection({ total: decimal('0.000000001') }), 'precision-exceeded');
});

test('for random holdings and totals, the payments add up to the total and are credited', async () => {
  const holding = fc.bigInt({ min: 0n, max: 10n ** 12n });
  const everything = fc.tuple(holding, holding, holding, fc.bigInt({ min: 1n, max: 10n ** 12n }));
  await fc.assert(
    fc.asyncProperty(everything, async ([first, second, third, total]) => {
      fc.pre(first + second + third > 0n);
      const world = await openStoreWorld();
      const names = ['master', 'alice', 'bob'];
      for (const [index, units] of [first, second, third].entries()) {
        if (units > 0n) await world.credit(names[index] as string, 'SKY', `${units}e-8`);
      }
      await world.run(distributeDividend, { ...dividend, total: decimal(`${total}e-8`) });
      const payments = await world.rows('dividend_payments');
      assert.equal(
        payments.reduce((sum, { amount }) => sum + amount, 0n),
        total,
      );
      for (const { accountId, amount } of payments) {
        assert.equal(await world.free(accountId, 'BNB'), amount);
      }
    }),
    { numRuns: 25 },
  );
});
