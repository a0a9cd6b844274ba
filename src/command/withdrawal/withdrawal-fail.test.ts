import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queueOne, sendOne } from '../../../test/support/sent-withdrawal.ts';
import { operator } from '../../../test/support/world-plan.ts';
import { addWithdrawalAttempt } from './withdrawal-attempt.ts';
import { claimWithdrawal } from './withdrawal-claim.ts';
import { failWithdrawal } from './withdrawal-fail.ts';
import { revokeWithdrawalFailure } from './withdrawal-fail-revoke.ts';
import { settleWithdrawal } from './withdrawal-settle.ts';

const all = 2n * 10n ** 18n;
const half = 10n ** 18n;
const transaction = { txId: '0x2', signedTransaction: '{}' };

test('a queued withdrawal fails at once, and is not sent afterwards', async () => {
  const { world, id } = await queueOne();
  const [withdrawal] = await world.rows('withdrawals', { id });
  assert.ok(withdrawal);
  const row = await world.run(failWithdrawal, { id, operator });
  assert.deepEqual([row.stage, row.failure], ['failed', operator.reason]);
  assert.equal(await world.free(world.alice, 'ETH'), all);
  const { rejected } = await world.rejection(claimWithdrawal, { withdrawal, transaction });
  assert.equal(rejected, 'withdrawal-stage-wrong');
  assert.equal((await world.rejection(failWithdrawal, { id, operator })).rejected, 'withdrawal-stage-wrong');
});

test('a broadcast withdrawal is marked first: nothing is released, and it is neither completed nor sent again', async () => {
  const { world, id } = await sendOne();
  const marked = await world.run(failWithdrawal, { id, operator });
  assert.deepEqual([marked.stage, marked.failure, marked.settledAt], ['broadcast', operator.reason, null]);
  assert.equal(await world.free(world.alice, 'ETH'), half);
  const { action, actor, details } = (await world.lastAudit()) ?? {};
  assert.deepEqual(
    [action, actor, details],
    ['withdrawal-fail', 'olga', { from: 'broadcast', to: 'failed' }],
  );

  for (const txId of ['0x1', undefined]) {
    const result = { id, confirmed: true, ...(txId && { txId }) } as const;
    assert.equal((await world.rejection(settleWithdrawal, result)).rejected, 'withdrawal-failing');
  }
  const again = await world.rejection(addWithdrawalAttempt, { id, attempt: 2, transaction, operator });
  assert.equal(again.rejected, 'withdrawal-failing');
  const before = await world.dump();
  const other = { actor: 'otto', reason: 'another reason' };
  assert.deepEqual(await world.run(failWithdrawal, { id, operator: other }), marked);
  assert.deepEqual(await world.dump(), before, 'a second decision changes nothing');

  const dropped = { id, confirmed: false, failedAttempts: 1, failure: 'dropped' } as const;
  const failed = await world.run(settleWithdrawal, dropped);
  assert.deepEqual([failed.stage, failed.failure], ['failed', operator.reason]);
  assert.equal(await world.free(world.alice, 'ETH'), all);
  assert.equal((await world.rejection(revokeWithdrawalFailure, { id })).rejected, 'withdrawal-not-failing');
});

test('a revoked decision leaves the withdrawal broadcast, and a confirmed transaction completes it', async () => {
  const { world, id } = await sendOne();
  assert.equal((await world.rejection(revokeWithdrawalFailure, { id })).rejected, 'withdrawal-not-failing');
  await world.run(failWithdrawal, { id, operator });
  const row = await world.run(revokeWithdrawalFailure, { id });
  assert.deepEqual([row.stage, row.failure], ['broadcast', null]);
  const { action, actor, details } = (await world.lastAudit()) ?? {};
  assert.deepEqual([action, actor], ['withdrawal-fail-revoke', 'chain']);
  assert.deepEqual(details, { failure: operator.reason });
  assert.equal((await world.rejection(revokeWithdrawalFailure, { id })).rejected, 'withdrawal-not-failing');
  const completed = await world.run(settleWithdrawal, { id, confirmed: true });
  assert.deepEqual([completed.stage, completed.failure], ['completed', null]);
  assert.equal((await world.rejection(failWithdrawal, { id, operator })).rejected, 'withdrawal-stage-wrong');
});

test('a withdrawal that was completed, or does not exist, cannot fail', async () => {
  const { world, id } = await sendOne();
  await world.run(settleWithdrawal, { id, confirmed: true });
  const rejection = await world.rejection(failWithdrawal, { id, operator });
  const details = { id, stage: 'completed', allowed: ['queued', 'broadcast'] };
  assert.deepEqual(rejection, { rejected: 'withdrawal-stage-wrong', details });
  assert.equal(
    (await world.rejection(failWithdrawal, { id: 'none', operator })).rejected,
    'withdrawal-unknown',
  );
});
