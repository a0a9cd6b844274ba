import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertLedgerBalances } from '../../../test/support/ledger-checks.ts';
import { sendOne } from '../../../test/support/sent-withdrawal.ts';
import { openStoreWorld } from '../../../test/support/store-world.ts';
import { decimal, operator } from '../../../test/support/world-plan.ts';
import { deriveAddress } from '../../domain/address/address.ts';
import { customerAccount } from '../../domain/ledger/ledger.ts';
import { balanceOf } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { addWithdrawalAttempt } from './withdrawal-attempt.ts';
import { claimWithdrawal } from './withdrawal-claim.ts';
import { failWithdrawal } from './withdrawal-fail.ts';
import { settleWithdrawal } from './withdrawal-settle.ts';
import { submitWithdrawal } from './withdrawal-submit.ts';

test('a withdrawal is settled once', async () => {
  const { world, id } = await sendOne();
  const failed = { id, confirmed: false, failedAttempts: 1, failure: 'dropped' } as const;
  const row = await world.run(settleWithdrawal, failed);
  assert.deepEqual([row.stage, row.failure], ['failed', 'dropped']);
  assert.equal(await world.free(world.alice, 'ETH'), 2n * 10n ** 18n);
  assert.deepEqual(await world.run(settleWithdrawal, failed), row, 'the same again changes nothing');
  assert.equal(await world.free(world.alice, 'ETH'), 2n * 10n ** 18n);
  const { rejected } = await world.rejection(settleWithdrawal, { id, confirmed: true });
  assert.equal(rejected, 'withdrawal-stage-wrong');

  const other = await sendOne();
  await other.world.run(settleWithdrawal, { id: other.id, confirmed: true });
  for (const result of [
    { ...failed, id: other.id },
    { id: other.id, confirmed: true },
  ] as const)
    assert.equal((await other.world.rejection(settleWithdrawal, result)).rejected, 'withdrawal-stage-wrong');
});

test('a failure releases nothing while a transaction exists that was sent after the failure was decided', async () => {
  const { world, id } = await sendOne();
  const transaction = { txId: '0x2', signedTransaction: '{}' };
  await world.run(addWithdrawalAttempt, { id, attempt: 2, transaction, operator });
  const failed = { id, confirmed: false, failure: 'dropped' } as const;
  for (const failedAttempts of [0, 1]) {
    const { rejected } = await world.rejection(settleWithdrawal, { ...failed, failedAttempts });
    assert.equal(rejected, 'withdrawal-sent-again');
  }
  assert.equal(await world.free(world.alice, 'ETH'), 10n ** 18n);
  await world.run(settleWithdrawal, { ...failed, failedAttempts: 2 });
  assert.equal(await world.free(world.alice, 'ETH'), 2n * 10n ** 18n);
  await assertLedgerBalances(world.store);
});

/** Moves a customer's balance from Spot to Funding. */
const fund: Command<{ readonly accountId: number; readonly asset: string; readonly amount: bigint }, null> = {
  name: 'fund',
  prefetch: [({ accountId, asset }) => [balanceOf(accountId, asset), balanceOf(accountId, asset, 'funding')]],
  decide({ accountId, ...moved }, rows, context) {
    const work = new UnitOfWork(rows, context);
    work.post({
      kind: 'adjustment',
      ...moved,
      debit: customerAccount(accountId, 'free'),
      credit: customerAccount(accountId, 'free', 'funding'),
      reference: 'fund',
    });
    return work.reply(null);
  },
};

test('a withdrawal from Funding is paid from there, and a failed one goes back there', async () => {
  const world = await openStoreWorld();
  const { alice } = world;
  await world.credit('alice', 'ETH', '3');
  await world.run(fund, { accountId: alice, asset: 'ETH', amount: 2n * 10n ** 18n });
  const request = {
    accountId: alice,
    asset: 'ETH',
    address: deriveAddress({ addressFormat: 'evm' }, new Uint8Array(32)),
    wallet: 'funding',
  } as const;
  const tooMuch = await world.rejection(submitWithdrawal, { ...request, amount: decimal('2.5') });
  assert.equal(tooMuch.rejected, 'balance-insufficient');

  const first = await world.run(submitWithdrawal, { ...request, amount: decimal('1.5') });
  await world.run(failWithdrawal, { id: first.id, operator });
  const second = await world.run(submitWithdrawal, { ...request, amount: decimal('2') });
  const [withdrawal] = await world.rows('withdrawals', { id: second.id });
  assert.ok(withdrawal);
  await world.run(claimWithdrawal, {
    withdrawal,
    transaction: { txId: '0x1', signedTransaction: '{}' },
  });
  await world.run(settleWithdrawal, { ...second, confirmed: true });
  const balances = await world.rows('balances', { accountId: alice, asset: 'ETH' });
  assert.deepEqual(
    balances.map(({ wallet, free, held }) => [wallet, free, held]),
    [
      ['funding', 0n, 0n],
      ['spot', 10n ** 18n, 0n],
    ],
  );
  await assertLedgerBalances(world.store);
});

test('one order id with the other wallet is other content', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'SKY', '3');
  const request = {
    accountId: world.alice,
    asset: 'SKY',
    address: 'far-away',
    amount: decimal('1'),
    orderId: 'one',
  };
  const first = await world.run(submitWithdrawal, request);
  assert.deepEqual(await world.run(submitWithdrawal, { ...request, wallet: 'spot' }), first);
  const other = await world.rejection(submitWithdrawal, { ...request, wallet: 'funding' });
  assert.equal(other.rejected, 'order-id-reused');
});
