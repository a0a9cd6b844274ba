import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openStoreWorld } from '../../../test/support/store-world.ts';
import { decimal, operator } from '../../../test/support/world-plan.ts';
import { adjustBalance } from '../ledger/balance-adjust.ts';
import { submitWithdrawal } from '../withdrawal/withdrawal-submit.ts';
import { distributeDividend } from './dividend-distribute.ts';

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
  const takeBack = {
    operator,
    email: 'alice@example.com',
    asset: 'SKY',
    amount: decimal('1'),
    direction: 'debit',
  } as const;
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
