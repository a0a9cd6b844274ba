import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Execution, Outcome, Store } from '../store/port.ts';
import { GroupCommit, type Lane } from './group-commit.ts';

/** Commits when it is told to. */
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
  const commits = new GroupCommit(store as unknown as Store);
  const answers: [unknown, Outcome][] = [];
  const enqueue = (lane: Lane, input: unknown) =>
    commits.enqueue(lane, 'putPrice', input, undefined, (outcome) => answers.push([input, outcome]));
  return { store, commits, answers, enqueue };
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
