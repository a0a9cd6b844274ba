import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertBooksBalance } from '../../../test/support/books.ts';
import { operator } from '../../../test/support/command-world.ts';
import { sendOne } from '../../../test/support/sent-withdrawal.ts';
import { addWithdrawalAttempt } from './withdrawal-attempt.ts';
import { settleWithdrawal } from './withdrawal-settle.ts';

test('a withdrawal is settled once', async () => {
  const { family, id } = await sendOne();
  const failed = { id, confirmed: false, failedAttempts: 1, failure: 'dropped' } as const;
  const row = await family.run(settleWithdrawal, failed);
  assert.deepEqual([row.stage, row.failure], ['failed', 'dropped']);
  assert.equal(await family.free(family.alice, 'ETH'), 2n * 10n ** 18n);
  assert.deepEqual(await family.run(settleWithdrawal, failed), row, 'the same again changes nothing');
  assert.equal(await family.free(family.alice, 'ETH'), 2n * 10n ** 18n);
  const { rejected } = await family.refused(settleWithdrawal, { id, confirmed: true });
  assert.equal(rejected, 'operator-conflict');

  const other = await sendOne();
  await other.family.run(settleWithdrawal, { id: other.id, confirmed: true });
  for (const result of [
    { ...failed, id: other.id },
    { id: other.id, confirmed: true },
  ] as const)
    assert.equal((await other.family.refused(settleWithdrawal, result)).rejected, 'operator-conflict');
});

test('a failure releases nothing while a transaction exists that was sent after the failure was decided', async () => {
  const { family, id } = await sendOne();
  const transaction = { txId: '0x2', signedTransaction: '{}' };
  await family.run(addWithdrawalAttempt, { id, attempt: 2, transaction, operator });
  const failed = { id, confirmed: false, failure: 'dropped' } as const;
  for (const failedAttempts of [0, 1]) {
    const { rejected } = await family.refused(settleWithdrawal, { ...failed, failedAttempts });
    assert.equal(rejected, 'operator-conflict');
  }
  assert.equal(await family.free(family.alice, 'ETH'), 10n ** 18n);
  await family.run(settleWithdrawal, { ...failed, failedAttempts: 2 });
  assert.equal(await family.free(family.alice, 'ETH'), 2n * 10n ** 18n);
  await assertBooksBalance(family.store);
});
