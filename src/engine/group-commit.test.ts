import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { Execution, Outcome, Store } from '../store/port.ts';
import { customersPauseMs, WorkersShare } from './commit-policy.ts';
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

  /** Resolves when `count` batches have begun. */
  async begun(count: number): Promise<void> {
    while (this.batches.length < count) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Commits what is under way, or about to be, and lets everybody hear of it. */
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
  const commits = new GroupCommit(store as unknown as Store, clock.monotonic);
  const answers: [unknown, Outcome][] = [];
  const enqueue = (priority: Priority, input: unknown) =>
    commits.enqueue(priority, 'putPrice', input, undefined, (outcome) => answers.push([input, outcome]));
  const enqueueMany = (priority: Priority, count: number) => {
    for (let index = 0; index < count; index += 1) enqueue(priority, priority);
  };
  /** How many commands of customers and of workers were in a batch, the last unless said otherwise. */
  const shares = (batch = store.batches.at(-1)) => [
    batch?.filter((input) => input === 'foreground').length,
    batch?.filter((input) => input === 'background').length,
  ];
  return { store, commits, answers, clock, enqueue, enqueueMany, shares };
}

const stopping = { fault: 'not-done', message: 'the server stops' };

test('a stop answers background commands that have not begun as not done, and executes all others', async () => {
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
  await commits.settle();
  assert.deepEqual(store.batches, [['first'], ['second']]);
});

/** The commands of customers and of workers in the first commits, while a thousand of the workers' commands wait. */
async function sharesOf(customersOfEachCommit: readonly number[], oldestQueuedMs: number) {
  const { store, commits, enqueueMany, shares } = open();
  commits.noteOldestQueued(oldestQueuedMs);
  for (const [index, customers] of customersOfEachCommit.entries()) {
    enqueueMany('foreground', customers);
    if (index === 0) enqueueMany('background', 1000);
    await store.commit();
  }
  return store.batches.map((batch) => shares(batch));
}

test('commits of few customers are filled with commands of the workers, 32 or more at a time', async () => {
  assert.deepEqual(await sharesOf([1, 1, 1, 1], 0), [
    [1, 0],
    [1, 32],
    [1, 0],
    [1, 32],
  ]);
});

test('commits of many customers take 32 commands of the workers for 1024 of customers', async () => {
  const commits = await sharesOf(Array(64).fill(32), 0);
  const withWorkers = commits.flatMap(([, workers], index) => (workers === 0 ? [] : [[index + 1, workers]]));
  assert.deepEqual(withWorkers, [
    [32, 32],
    [64, 32],
  ]);
});

test('a commit beside another one of customers has as much less room', () => {
  const shareOf = (elsewhere: number, oldestQueuedMs: number) => {
    const share = new WorkersShare();
    let commits = 1;
    while (share.add(10, elsewhere, oldestQueuedMs) === 0) commits += 1;
    return commits;
  };
  // 12, 4 and 10/32 of a command to each commit; 10 and 20 for workers that have fallen behind.
  assert.deepEqual([shareOf(0, 0), shareOf(4, 0), shareOf(60, 0)], [3, 8, 103]);
  assert.deepEqual([shareOf(60, 5001), shareOf(60, 10_001)], [4, 2]);
});

test('workers that have nothing to do save no more than one bunch for later', () => {
  const share = new WorkersShare();
  for (let commits = 0; commits < 1000; commits += 1) share.add(32, 0, 0);
  assert.equal(share.add(32, 0, 0), 32);
  share.use(32);
  assert.equal(share.add(32, 0, 0), 0);
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

test('customers never wait for more than one commit of the workers, which is small while customers are there', async () => {
  const { store, commits, clock, enqueueMany, shares } = open();
  enqueueMany('background', 1000);
  await store.commit();
  assert.deepEqual(shares(), [0, 128]);
  assert.equal(commits.workersPage(), 256);
  enqueueMany('foreground', 3);
  await store.commit();
  assert.deepEqual(shares(), [3, 0]);
  assert.equal(commits.workersPage(), 32);
  enqueueMany('foreground', 3);
  await store.commit();
  assert.deepEqual(shares(), [3, 32]);
  await store.commit();
  assert.deepEqual(shares(), [3, 32], 'the next commands of customers may be on their way');
  clock.advance(customersPauseMs);
  await store.begun(4);
  assert.deepEqual(shares(), [0, 32]);
  clock.advance(99 - customersPauseMs);
  assert.equal(commits.workersPage(), 32);
  clock.advance(1);
  assert.equal(commits.workersPage(), 256);
  await store.commit();
  assert.deepEqual(shares(), [0, 128]);
});
