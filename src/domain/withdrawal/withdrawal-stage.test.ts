import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStages } from '../../contract/withdrawal-stages.ts';
import { canMove, isFinal, withdrawalStages } from './withdrawal-stage.ts';

const allowedMoves = new Set([
  'email-sent → awaiting-approval',
  'email-sent → queued',
  'email-sent → completed',
  'email-sent → cancelled',
  'awaiting-approval → queued',
  'awaiting-approval → completed',
  'awaiting-approval → rejected',
  'awaiting-approval → cancelled',
  'queued → broadcast',
  'queued → claimed',
  'queued → waiting',
  'queued → completed',
  'queued → failed',
  'waiting → broadcast',
  'waiting → queued',
  'waiting → completed',
  'waiting → rejected',
  'waiting → cancelled',
  'claimed → broadcast',
  'claimed → unknown',
  'claimed → queued',
  'claimed → failed',
  'unknown → broadcast',
  'unknown → queued',
  'unknown → failed',
  'broadcast → completed',
  'broadcast → failed',
]);

test('exactly the allowed pairs of stages are transitions', () => {
  let moves = 0;
  for (const from of withdrawalStages) {
    for (const to of withdrawalStages) {
      const pair = `${from} → ${to}`;
      assert.equal(canMove(from, to), allowedMoves.has(pair), pair);
      if (canMove(from, to)) moves++;
    }
  }
  assert.equal(moves, allowedMoves.size);
  assert.equal(withdrawalStages.length, 11);
});

test('from a final stage there is no way on; all others are open', () => {
  const final = withdrawalStages.filter((stage) => isFinal(stage));
  assert.deepEqual(final, ['cancelled', 'rejected', 'failed', 'completed']);
  const open = withdrawalStages.filter((stage) => !isFinal(stage));
  assert.deepEqual(open, openStages);
  for (const stage of final) {
    for (const to of withdrawalStages) assert.equal(canMove(stage, to), false);
  }
});

test('every stage can reach a final one, and completion requires confirmation, approval or sending', () => {
  for (const stage of withdrawalStages) {
    const reached = new Set([stage]);
    for (const from of reached) for (const to of withdrawalStages) if (canMove(from, to)) reached.add(to);
    assert.ok(
      [...reached].some((each) => isFinal(each)),
      stage,
    );
  }
  const toCompleted = withdrawalStages.filter((from) => canMove(from, 'completed'));
  assert.deepEqual(toCompleted, ['email-sent', 'awaiting-approval', 'queued', 'waiting', 'broadcast']);
});
