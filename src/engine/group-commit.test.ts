import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { Execution, Outcome, Store } from '../store/port.ts';
import { pauseBeforeBackground } from './commit-policy.ts';
import { GroupCommit, type Priority } from './group-commit.ts';

/** A store whose commits complete, in order, only when the test calls `commit`. */
class HeldStore {
  readonly parallelBatches: number;
  readonly largestBatch = 32;
  /** The inputs of each batch. */
  readonly batches: unknown[][] = [];
  readonly #releases: (() => void)[] = [];

  constructor(parallelBatches = 1) {
    this.parallelBatches = parallelBatches;
  }

  async execute(batch: readonly Execution[]): Promise<readonly Outcome[]> {
    this.batches.push(batch.map(({ input }) => input));
    await new Promise<void>((resolve) => {
      this.#releases.push(resolve);
    });
    return batch.map(({ input }) => ({ done: input }));
  }

  /** Resolves when `count` batches have started. */
  async started(count: number): Promise<void> {
    while (this.batches.length < count) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Commits the batch that has run longest, or the one about to start, and waits until its commands have been answered. */
  async commit(): Promise<void> {
    const { length } = this.batches;
    this.#releases.shift()?.();
    for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.ok(this.batches.length <= length + 1);
  }
}

function open(parallelBatches = 1) {
  const store = new HeldStore(parallelBatches);
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
    [1, 38],
    [1, 38],
  ]);
});

test('commits with many foreground commands take 16 background commands for each 768 of these', async () => {
  const commits = await sharesOf(Array(96).fill(24), 0);
  const withWorkers = commits.flatMap(([, workers], index) => (workers === 0 ? [] : [[index + 1, workers]]));
  assert.deepEqual(withWorkers, [
    [32, 16],
    [64, 16],
    [96, 16],
  ]);
});

test('background commands are in one commit at a time while there are foreground commands', async () => {
  const { store, enqueue, enqueueMany, shares } = open(2);
  enqueue('foreground', 'foreground');
  enqueueMany('background', 1000);
  await store.started(1);
  enqueue('foreground', 'foreground');
  await store.started(2);
  await store.commit();
  enqueue('foreground', 'foreground');
  await store.started(3);
  assert.deepEqual(
    store.batches.map((batch) => shares(batch)),
    [
      [1, 38],
      [1, 0],
      [1, 36],
    ],
  );
});

test('workers that have fallen behind get their share of commits that run at the same time', async () => {
  const { store, commits, enqueueMany, shares } = open(2);
  commits.noteOldestWithdrawal(5001);
  enqueueMany('foreground', 32);
  enqueueMany('background', 1000);
  await store.started(1);
  enqueueMany('foreground', 32);
  await store.started(2);
  assert.deepEqual(
    store.batches.map((batch) => shares(batch)),
    [
      [32, 32],
      [32, 32],
    ],
  );
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
  assert.deepEqual(shares(), [3, 34]);
  assert.equal(commits.workersPage(), 96);
  await store.commit();
  assert.deepEqual(shares(), [3, 34], 'waits in case more foreground commands arrive');
  const pauseMs = pauseBeforeBackground(0);
  clock.advance(pauseMs);
  await store.started(3);
  assert.deepEqual(shares(), [0, 32]);
  clock.advance(99 - pauseMs);
  assert.equal(commits.workersPage(), 96);
  clock.advance(1);
  assert.equal(commits.workersPage(), 256);
  await store.commit();
  assert.deepEqual(shares(), [0, 128]);
});

test('at a high load, background commands wait longer for a commit of their own', async () => {
  const { store, clock, enqueueMany, shares } = open();
  const [atLowLoad, atHighLoad] = [pauseBeforeBackground(0.35), pauseBeforeBackground(0.55)];
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
