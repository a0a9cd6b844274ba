import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorkersShare } from './commit-policy.ts';

/** The number of equal commits until background commands may be added to one. */
function commitsUntilShared(
  share: WorkersShare,
  { customers = 4, elsewhere = 0, load = 0, oldestWithdrawalMs = 0 },
): number {
  let commits = 1;
  while (share.addCommit(customers, elsewhere, load, oldestWithdrawalMs) === 0) commits += 1;
  return commits;
}

test('foreground commands in concurrent commits reduce the share of background commands', () => {
  const commits = (customers: number, elsewhere: number, oldestWithdrawalMs = 0) =>
    commitsUntilShared(new WorkersShare(32), { customers, elsewhere, oldestWithdrawalMs });
  // The shares per commit are 4, 2 and 18/48 commands; 8 and 16 for workers that have fallen behind.
  assert.deepEqual([commits(18, 0), commits(18, 1), commits(18, 60)], [4, 8, 43]);
  assert.deepEqual([commits(8, 60, 5001), commits(8, 60, 10_001)], [2, 1]);
});

test('larger commits have more room', () => {
  const commits = (largestBatch: number) =>
    commitsUntilShared(new WorkersShare(largestBatch), { customers: 18 });
  assert.deepEqual([commits(32), commits(64)], [4, 1]);
});

test('the larger the share of the capacity that foreground commands use, the less room is left', () => {
  const commits = (load: number) => commitsUntilShared(new WorkersShare(32), { customers: 3, load });
  assert.deepEqual([commits(0.35), commits(0.47), commits(0.55), commits(1)], [1, 2, 256, 256]);
});

test('workers without work save a share of at most one group for later', () => {
  const share = new WorkersShare(32);
  for (let commits = 0; commits < 1000; commits += 1) share.addCommit(32, 0, 0, 0);
  assert.equal(share.addCommit(32, 0, 0, 0), 16);
  share.use(16);
  assert.equal(share.addCommit(32, 0, 0, 0), 0);
});
