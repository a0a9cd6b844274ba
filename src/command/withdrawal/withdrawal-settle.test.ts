import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertBooksBalance } from '../../../test/support/books.ts';
import { decimal, openFamily, operator } from '../../../test/support/command-world.ts';
import { deriveAddress } from '../../domain/address/address.ts';
import { addWithdrawalAttempt } from './withdrawal-attempt.ts';
import { broadcastWithdrawal } from './withdrawal-broadcast.ts';
import { settleWithdrawal } from './withdrawal-settle.ts';
import { submitWithdrawal } from './withdrawal-submit.ts';

/** A broadcast withdrawal of half of a balance. */
async function sendOne() {
  const family = await openFamily();
  await family.credit('alice', 'ETH', '2');
  const { id } = await family.run(submitWithdrawal, {
    accountId: family.alice,
    asset: 'ETH',
    address: deriveAddress({ addressFormat: 'evm' }, new Uint8Array(32)),
    amount: decimal('1'),
  });
  const [withdrawal] = await family.rows('withdrawals', { id });
  assert.ok(withdrawal);
  await family.run(broadcastWithdrawal, {
    withdrawal,
    transaction: { txId: '0x1', signedTransaction: '{}' },
  });
  return { family, failed: { id, confirmed: false, failure: 'a test', operator } as const };
}

test('a failure decided while a withdrawal was queued releases nothing once it has been sent', async () => {
  const { family, failed } = await sendOne();
  const { rejected } = await family.refused(settleWithdrawal, { ...failed, stage: 'queued' });
  assert.equal(rejected, 'operator-conflict');
  assert.equal(await family.free(family.alice, 'ETH'), 10n ** 18n);

  await family.run(settleWithdrawal, { ...failed, stage: 'broadcast' });
  assert.equal(await family.free(family.alice, 'ETH'), 2n * 10n ** 18n);
  const again = await family.refused(settleWithdrawal, { ...failed, stage: 'failed' });
  assert.equal(again.rejected, 'operator-conflict');
  await assertBooksBalance(family.store);
});

test('a failure releases nothing while a transaction exists that was sent after the failure was decided', async () => {
  const { family, failed } = await sendOne();
  const transaction = { txId: '0x2', signedTransaction: '{}' };
  await family.run(addWithdrawalAttempt, { id: failed.id, attempt: 2, transaction, operator });
  const decided = { ...failed, stage: 'broadcast' };
  for (const failedAttempts of [{}, { failedAttempts: 1 }]) {
    const { rejected } = await family.refused(settleWithdrawal, { ...decided, ...failedAttempts });
    assert.equal(rejected, 'operator-conflict');
  }
  assert.equal(await family.free(family.alice, 'ETH'), 10n ** 18n);
  await family.run(settleWithdrawal, { ...decided, failedAttempts: 2 });
  assert.equal(await family.free(family.alice, 'ETH'), 2n * 10n ** 18n);
  await assertBooksBalance(family.store);
});
