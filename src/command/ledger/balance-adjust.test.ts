import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStoreWorld } from '../../../test/support/store-world.ts';
import { decimal, operator } from '../../../test/support/world-plan.ts';
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
