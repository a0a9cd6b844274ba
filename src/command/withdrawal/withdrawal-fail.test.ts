import assert from 'node:assert/strict';
import { test } from 'node:test';
import { operator } from '../../../test/support/command-world.ts';
import { queueOne, sendOne } from '../../../test/support/sent-withdrawal.ts';
import { addWithdrawalAttempt } from './withdrawal-attempt.ts';
import { broadcastWithdrawal } from './withdrawal-broadcast.ts';
import { failWithdrawal } from './withdrawal-fail.ts';
import { revokeWithdrawalFailure } from './withdrawal-fail-revoke.ts';
import { settleWithdrawal } from './withdrawal-settle.ts';

const all = 2n * 10n ** 18n;
const half = 10n ** 18n;
const transaction = { txId: '0x2', signedTransaction: '{}' };

test('a queued withdrawal fails at once, and is not sent afterwards', async () => {
  const { family, id } = await queueOne();
  const [withdrawal] = await family.rows('withdrawals', { id });
  assert.ok(withdrawal);
  const row = await family.run(failWithdrawal, { id, operator });
  assert.deepEqual([row.stage, row.failure], ['failed', operator.reason]);
  assert.equal(await family.free(family.alice, 'ETH'), all);
  const { rejected } = await family.refused(broadcastWithdrawal, { withdrawal, transaction });
  assert.equal(rejected, 'withdrawal-stage-wrong');
  assert.equal((await family.refused(failWithdrawal, { id, operator })).rejected, 'withdrawal-stage-wrong');
});

test('a broadcast withdrawal is marked first: nothing is released, and it is neither completed nor sent again', async () => {
  const { family, id } = await sendOne();
  const marked = await family.run(failWithdrawal, { id, operator });
  assert.deepEqual([marked.stage, marked.failure, marked.settledAt], ['broadcast', operator.reason, null]);
  assert.equal(await family.free(family.alice, 'ETH'), half);
  const { action, actor, details } = (await family.lastAudit()) ?? {};
  assert.deepEqual(
    [action, actor, details],
    ['withdrawal-fail', 'olga', { from: 'broadcast', to: 'failed' }],
  );

  for (const txId of ['0x1', undefined]) {
    const result = { id, confirmed: true, ...(txId && { txId }) } as const;
    assert.equal((await family.refused(settleWithdrawal, result)).rejected, 'withdrawal-failing');
  }
  const again = await family.refused(addWithdrawalAttempt, { id, attempt: 2, transaction, operator });
  assert.equal(again.rejected, 'withdrawal-failing');
  const before = await family.dump();
  const other = { actor: 'otto', reason: 'another reason' };
  assert.deepEqual(await family.run(failWithdrawal, { id, operator: other }), marked);
  assert.deepEqual(await family.dump(), before, 'a second decision changes nothing');

  const dropped = { id, confirmed: false, failedAttempts: 1, failure: 'dropped' } as const;
  const failed = await family.run(settleWithdrawal, dropped);
  assert.deepEqual([failed.stage, failed.failure], ['failed', operator.reason]);
  assert.equal(await family.free(family.alice, 'ETH'), all);
  assert.equal((await family.refused(revokeWithdrawalFailure, { id })).rejected, 'withdrawal-not-failing');
});

test('a revoked decision leaves the withdrawal broadcast, and a confirmed transaction completes it', async () => {
  const { family, id } = await sendOne();
  assert.equal((await family.refused(revokeWithdrawalFailure, { id })).rejected, 'withdrawal-not-failing');
  await family.run(failWithdrawal, { id, operator });
  const row = await family.run(revokeWithdrawalFailure, { id });
  assert.deepEqual([row.stage, row.failure], ['broadcast', null]);
  const { action, actor, details } = (await family.lastAudit()) ?? {};
  assert.deepEqual([action, actor], ['withdrawal-fail-revoke', 'chain']);
  assert.deepEqual(details, { failure: operator.reason });
  assert.equal((await family.refused(revokeWithdrawalFailure, { id })).rejected, 'withdrawal-not-failing');
  const completed = await family.run(settleWithdrawal, { id, confirmed: true });
  assert.deepEqual([completed.stage, completed.failure], ['completed', null]);
  assert.equal((await family.refused(failWithdrawal, { id, operator })).rejected, 'withdrawal-stage-wrong');
});

test('a withdrawal that was completed, or does not exist, cannot fail', async () => {
  const { family, id } = await sendOne();
  await family.run(settleWithdrawal, { id, confirmed: true });
  const refusal = await family.refused(failWithdrawal, { id, operator });
  const details = { id, stage: 'completed', allowed: ['queued', 'broadcast'] };
  assert.deepEqual(refusal, { rejected: 'withdrawal-stage-wrong', details });
  assert.equal(
    (await family.refused(failWithdrawal, { id: 'none', operator })).rejected,
    'withdrawal-unknown',
  );
});
