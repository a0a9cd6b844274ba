import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { Execution, Outcome, Store } from '../store/port.ts';
import { pauseBeforeBackground, WorkersShare } from './commit-policy.ts';
import { GroupCommit, type Priority } from './group-commit.ts';

/** A store whose commits complete only when the test calls `commit`. */
class HeldStore {
  readonly parallelBatches = 1;
  readonly largestBatch = 32;
  /** The inputs of each batch. */
  readonly batches: unknown[][] = [];
  #release = () => {};

  async execute(batch: readonly Execution[]): Promise<readonly Outcome[]> {
    this.batches.push(batch.map(({ input }) => input));
    await new Promise<void>((resolve) => {
      this.#release = resolve;
    });
    return batch.map(({ input }) => ({ done: input }));
  }

  /** Resolves when `count` batches have started. */
  async started(count: number): Promise<void> {
    while (this.batches.length < count) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Commits the running batch, or the one about to start, and waits until its commands have been answered. */
  async commit(): Promise<void> {
    const { length } = this.batches;
    this.#release();
    for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(this.batches.length <= length + 1);
  }
}

function open() {
  const store = new HeldStore();
  const clock = new ManualClock();
  const bugs: unknown[] = [];
  // Only the parts of a store that group commit uses.
  const commits = new GroupCommit(store as unknown as Store, clock.monotonic, {
    afterBatch: () => {},
    onBug: (error) => bugs.push(error),
  });
  const answers: [unknown, Outcome][] = [];
  const enqueue = (priority: Priority, input: unknown) =>
    commits.enqueue(priority, 'putPrice', input, undefined, (outcome) => answers.push([input, outcome]));
  const enqueueMany = (priority: Priority, count: number) => {
    for (let index = 0; index < count; index += 1) enqueue(priority, priority);
  };
  /** Numbers of foreground and background commands in a batch; default: the last one. */
  const shares = (batch = store.batches.at(-1)) => [
    batch?.filter((input) => input === 'foreground').length,
    batch?.filter((input) => input === 'background').length,
  ];
  return { store, commits, answers, bugs, clock, enqueue, enqueueMany, shares };
}

const stopping = { fault: 'not-done', message: 'the server stops' };

test('a stop answers background commands that have not started as not done, and executes all others', async () => {
  const { store, commits, answers, enqueue } = open();
  enqueue('foreground', 'first');
  await store.commit();
  assert.deepEqual(store.batches, [['first']]);
  enqueue('background', 'settle');
  enqueue('foreground', 'second');
  commits.endBackground();
  assert.deepEqual(answers, [['settle', stopping]]);
  enqueue('background', 'claim');
  assert.deepEqual(answers.at(-1), ['claim', stopping]);
  await store.commit();
  await store.commit();
  assert.deepEqual(answers.slice(2), [
    ['first', { done: 'first' }],
    ['second', { done: 'second' }],
  ]);
  await commits.whenIdle();
  assert.deepEqual(store.batches, [['first'], ['second']]);
});

/** Numbers of foreground and background commands in the first commits, while 1,000 background commands are queued. */
async function sharesOf(customersOfEachCommit: readonly number[], oldestWithdrawalMs: number) {
  const { store, commits, enqueueMany, shares } = open();
  commits.noteOldestWithdrawal(oldestWithdrawalMs);
  for (const [index, customers] of customersOfEachCommit.entries()) {
    enqueueMany('foreground', customers);
    if (index === 0) enqueueMany('background', 1000);
    await store.commit();
  }
  return store.batches.map((batch) => shares(batch));
}

test('commits with few foreground commands are filled with background commands', async () => {
  assert.deepEqual(await sharesOf([1, 1], 0), [
    [1, 46],
    [1, 46],
  ]);
});

test('commits with many foreground commands take 32 background commands per 1,536 foreground ones', async () => {
  const commits = await sharesOf(Array(96).fill(32), 0);
  const withWorkers = commits.flatMap(([, workers], index) => (workers === 0 ? [] : [[index + 1, workers]]));
  assert.deepEqual(withWorkers, [
    [48, 32],
    [96, 32],
  ]);
});

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
  const commits = (elsewhere: number, oldestWithdrawalMs = 0) =>
    commitsUntilShared(new WorkersShare(1), { customers: 18, elsewhere, oldestWithdrawalMs });
  // The shares per commit are 12, 4 and 18/48 commands; 18 and 36 for workers that have fallen behind.
  assert.deepEqual([commits(0), commits(4), commits(60)], [3, 8, 86]);
  assert.deepEqual([commits(60, 5001), commits(60, 10_001)], [2, 1]);
});

test('commits that run at the same time have less room each', () => {
  const commits = (parallelCommits: number) => commitsUntilShared(new WorkersShare(parallelCommits), {});
  assert.deepEqual([commits(1), commits(2)], [1, 2]);
});

test('foreground commands that use more than two fifths of the capacity leave less room', () => {
  const commits = (load: number) => commitsUntilShared(new WorkersShare(1), { customers: 3, load });
  assert.deepEqual([commits(0.4), commits(0.41)], [1, 16]);
});

test('workers without work save a share of at most one group for later', () => {
  const share = new WorkersShare(1);
  for (let commits = 0; commits < 1000; commits += 1) share.addCommit(32, 0, 0, 0);
  assert.equal(share.addCommit(32, 0, 0, 0), 32);
  share.use(32);
  assert.equal(share.addCommit(32, 0, 0, 0), 0);
});

test('workers that have fallen behind get half of each commit, and then two thirds', async () => {
  assert.deepEqual(await sharesOf([32, 32], 5001), [
    [32, 32],
    [32, 32],
  ]);
  assert.deepEqual(await sharesOf([32, 32], 10_000), [
    [32, 32],
    [32, 32],
  ]);
  assert.deepEqual(await sharesOf([32, 32], 10_001), [
    [32, 64],
    [32, 64],
  ]);
});

test('foreground commands wait for at most one background commit, which is small under foreground load', async () => {
  const { store, commits, clock, enqueueMany, shares } = open();
  enqueueMany('background', 1000);
  await store.commit();
  assert.deepEqual(shares(), [0, 128]);
  assert.equal(commits.workersPage(), 256);
  enqueueMany('foreground', 3);
  await store.commit();
  assert.deepEqual(shares(), [3, 42]);
  assert.equal(commits.workersPage(), 32);
  await store.commit();
  assert.deepEqual(shares(), [3, 42], 'waits in case more foreground commands arrive');
  const pauseMs = pauseBeforeBackground(0);
  clock.advance(pauseMs);
  await store.started(3);
  assert.deepEqual(shares(), [0, 32]);
  clock.advance(99 - pauseMs);
  assert.equal(commits.workersPage(), 32);
  clock.advance(1);
  assert.equal(commits.workersPage(), 256);
  await store.commit();
  assert.deepEqual(shares(), [0, 128]);
});

test('at a high load, background commands wait longer for a commit of their own', async () => {
  const { store, clock, enqueueMany, shares } = open();
  const [atLowLoad, atHighLoad] = [pauseBeforeBackground(0.4), pauseBeforeBackground(0.41)];
  assert.ok(atLowLoad < atHighLoad);
  enqueueMany('foreground', 32);
  await store.started(1);
  clock.advance(500);
  await store.commit();
  enqueueMany('background', 100);
  clock.advance(atHighLoad - 1);
  for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(shares(), [32, 0]);
  clock.advance(1);
  await store.started(2);
  assert.deepEqual(shares(), [0, 32]);
});

test('a store that throws is a bug: it is reported, and nothing more is executed', async () => {
  const { store, commits, answers, bugs, enqueue } = open();
  const bug = new Error('not an outcome');
  store.execute = async () => {
    throw bug;
  };
  enqueue('foreground', 1);
  while (bugs.length === 0) await new Promise((resolve) => setImmediate(resolve));
  enqueue('foreground', 2);
  await commits.whenIdle();
  assert.deepEqual([bugs, answers, commits.figures().queued.foreground], [[bug], [], 1]);
});
