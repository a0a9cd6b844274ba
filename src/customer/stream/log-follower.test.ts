/** The reader of the event log, over commits that the tests provide. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { StoreFault } from '../../store/port.ts';
import type { EventPage } from '../../store/reads/events.ts';
import { LogFollower } from './log-follower.ts';

type Faults = { read?: unknown; commit?: unknown };

class Scene {
  readonly clock = new ManualClock();
  readonly passed: number[] = [];
  readonly faults: unknown[] = [];
  readonly throwing: Faults = {};
  /** The numbers of the commits that can be read. */
  seqs: number[] = [];
  prunedUpTo = 0;
  reads = 0;
  missed = 0;
  isNeeded = true;
  readonly follower = new LogFollower({
    reads: {
      eventsAfter: async (seq, limit) => this.#page(seq, limit),
      freeTransfers: async () => [],
    },
    timers: this.clock.monotonic,
    othersWrite: () => true,
    isNeeded: () => this.isNeeded,
    onCommit: ({ seq }) => {
      if (this.throwing.commit !== undefined) throw this.throwing.commit;
      this.passed.push(seq);
    },
    onMissed: () => {
      this.missed += 1;
    },
    onFault: (error) => this.faults.push(error),
  });

  /** Runs everything that does not wait for the clock. */
  async runDue(): Promise<void> {
    for (let turns = 0; turns < 50; turns += 1) await turn();
  }

  #page(seq: number, limit: number): EventPage {
    this.reads += 1;
    if (this.throwing.read !== undefined) throw this.throwing.read;
    if (seq < this.prunedUpTo) return { kind: 'pruned', firstSeq: this.prunedUpTo + 1, lastTransfer: 0 };
    const later = this.seqs.filter((each) => each > seq).slice(0, limit);
    return { kind: 'events', rows: later.map((each) => ({ seq: each, at: 0, transfers: [], events: [] })) };
  }
}

test('nothing is read before anybody joins, and after nobody needs it', async () => {
  const scene = new Scene();
  scene.follower.wake();
  scene.clock.advance(1000);
  await scene.runDue();
  assert.equal(scene.reads, 0);
  await scene.follower.join(async () => 0);
  scene.seqs = [1, 2];
  scene.follower.wake();
  await scene.runDue();
  scene.isNeeded = false;
  scene.clock.advance(1000);
  await scene.runDue();
  const { reads } = scene;
  scene.clock.advance(10_000);
  scene.follower.wake();
  await scene.runDue();
  assert.deepEqual([scene.passed, scene.reads], [[1, 2], reads]);
  await scene.follower.stop();
});

test('commits of other processes are found by polling, all of them and once', async () => {
  const scene = new Scene();
  await scene.follower.join(async () => 5);
  scene.seqs = Array.from({ length: 100 }, (_, index) => index + 6);
  scene.clock.advance(50);
  await scene.runDue();
  assert.deepEqual(scene.passed, scene.seqs);
  await scene.follower.stop();
});

test('after a fault of the store the follower continues where it was', async () => {
  const scene = new Scene();
  await scene.follower.join(async () => 0);
  await scene.runDue();
  const fault = new StoreFault('not-done', 'the store is away');
  for (const kind of ['read', 'commit'] as const) {
    scene.throwing[kind] = fault;
    scene.seqs.push(scene.seqs.length + 1);
    scene.follower.wake();
    await scene.runDue();
    delete scene.throwing[kind];
    scene.clock.advance(500);
    await scene.runDue();
  }
  assert.deepEqual([scene.passed, scene.faults, scene.missed], [[1, 2], [fault, fault], 0]);
  await scene.follower.stop();
});

test('subscribers are notified if commits were deleted unread, and after an internal error', async () => {
  const scene = new Scene();
  await scene.follower.join(async () => 0);
  await scene.runDue();
  scene.prunedUpTo = 10;
  scene.seqs = [11];
  scene.follower.wake();
  await scene.runDue();
  assert.deepEqual([scene.passed, scene.missed], [[], 1]);
  await scene.follower.join(async () => 10);
  const bug = new Error('a bug');
  scene.throwing.commit = bug;
  scene.follower.wake();
  await scene.runDue();
  assert.deepEqual([scene.missed, scene.faults], [2, [bug]]);
  await scene.follower.stop();
});

/** More than are run at the same time. */
const many = 40;

/** Joins many streams at once. @returns the result of each that has settled, in the order of joining. */
function joinMany({ follower }: Scene, open: () => Promise<number>): readonly ('joined' | 'rejected')[] {
  const results: ('joined' | 'rejected')[] = [];
  for (let index = 0; index < many; index += 1) {
    follower.join(open).then(
      () => {
        results[index] = 'joined';
      },
      () => {
        results[index] = 'rejected';
      },
    );
  }
  return results;
}

test('a stop rejects the streams that have not begun to join, and those that join later', async () => {
  const scene = new Scene();
  const reading = Promise.withResolvers<number>();
  const results = joinMany(scene, () => reading.promise);
  await scene.runDue();
  const stopped = scene.follower.stop();
  reading.resolve(0);
  await stopped;
  assert.deepEqual(
    results,
    Array.from({ length: many }, (_, index) => (index < 16 ? 'joined' : 'rejected')),
  );
  await assert.rejects(
    scene.follower.join(async () => 0),
    { name: 'StoreFault', fault: 'not-done' },
  );
});

for (const [what, cause] of [
  [
    'commits were deleted',
    (scene: Scene) => {
      scene.prunedUpTo = 10;
    },
  ],
  [
    'a bug',
    (scene: Scene) => {
      scene.throwing.commit = new Error('a bug');
    },
  ],
] as const) {
  test(`after ${what}, the streams that have not begun to join still do`, async () => {
    const scene = new Scene();
    await scene.follower.join(async () => 0);
    await scene.runDue();
    scene.seqs = [11];
    cause(scene);
    const results = joinMany(scene, async () => 11);
    await scene.runDue();
    delete scene.throwing.commit;
    scene.clock.advance(500);
    await scene.runDue();
    assert.equal(scene.missed, 1);
    assert.deepEqual(
      results,
      Array.from({ length: many }, () => 'joined'),
    );
    await scene.follower.stop();
  });
}
