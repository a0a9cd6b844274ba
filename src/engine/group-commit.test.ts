import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Execution, Outcome, Store } from '../store/port.ts';
import { backgroundBeside, customersPauseMs } from './commit-policy.ts';
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
  const clock = { ms: 1_000_000 };
  const commits = new GroupCommit(
    store as unknown as Store,
    () => {},
    () => clock.ms,
  );
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

/** What goes beside so many commands of customers, while a thousand of the workers wait. */
async function sharesBeside(customers: number, oldestQueuedMs: number) {
  const { store, commits, enqueueMany, shares } = open();
  commits.noteOldestQueued(oldestQueuedMs);
  enqueueMany('foreground', customers);
  enqueueMany('background', 1000);
  await store.commit();
  return shares(store.batches[0]);
}

test('a commit of few customers is filled with commands of the workers, and a full one takes one', async () => {
  assert.deepEqual(await sharesBeside(1, 0), [1, 30]);
  assert.deepEqual(await sharesBeside(10, 0), [10, 12]);
  assert.deepEqual(await sharesBeside(16, 0), [16, 1]);
  assert.deepEqual(await sharesBeside(32, 0), [32, 1]);
  assert.deepEqual(await sharesBeside(100, 0), [32, 1]);
});

test('a commit beside another one of customers has as much less room', () => {
  assert.deepEqual(
    [backgroundBeside(10, 0, 0), backgroundBeside(10, 4, 0), backgroundBeside(10, 60, 0)],
    [12, 4, 1],
  );
  assert.deepEqual([backgroundBeside(10, 60, 5001), backgroundBeside(10, 60, 10_001)], [10, 20]);
});

test('workers that have fallen behind get half of each commit, and then two thirds', async () => {
  assert.deepEqual(await sharesBeside(32, 5000), [32, 1]);
  assert.deepEqual(await sharesBeside(32, 5001), [32, 32]);
  assert.deepEqual(await sharesBeside(2, 5001), [2, 28]);
  assert.deepEqual(await sharesBeside(32, 10_000), [32, 32]);
  assert.deepEqual(await sharesBeside(32, 10_001), [32, 64]);
});

test('customers never wait for more than one commit of the workers, which is small while customers are there', async () => {
  const { store, commits, clock, enqueueMany, shares } = open();
  enqueueMany('background', 1000);
  await store.commit();
  assert.deepEqual(shares(), [0, 128]);
  assert.equal(commits.workersPage(), 256);
  enqueueMany('foreground', 3);
  await store.commit();
  assert.deepEqual(shares(), [3, 26]);
  assert.equal(commits.workersPage(), 32);
  await store.commit();
  assert.deepEqual(shares(), [3, 26], 'the next commands of customers may be on their way');
  clock.ms += customersPauseMs;
  await store.begun(3);
  assert.deepEqual(shares(), [0, 32]);
  clock.ms += 99 - customersPauseMs;
  assert.equal(commits.workersPage(), 32);
  clock.ms += 1;
  assert.equal(commits.workersPage(), 256);
  await store.commit();
  assert.deepEqual(shares(), [0, 128]);
});
