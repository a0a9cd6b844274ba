import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForegroundLoad } from './foreground-load.ts';

/** Commits of 10 ms each, of at most 32 foreground commands. @returns the load after five seconds of them. */
function loadOf(parallelCommits: number, everyMs: number, foreground: number): number {
  const load = new ForegroundLoad(parallelCommits, 32);
  for (let nowMs = 0; nowMs <= 5000; nowMs += everyMs) load.add(nowMs, 10, foreground);
  return load.at(5000);
}

test('the load is the share of the capacity of commits that foreground commands use', () => {
  const loads = [loadOf(1, 10, 32), loadOf(1, 10, 8), loadOf(1, 20, 32), loadOf(2, 10, 32)];
  assert.deepEqual(
    loads.map((load) => Math.round(load * 20) / 20),
    [1, 0.25, 0.5, 0.5],
  );
});

test('the load decreases when no more commits run', () => {
  const load = new ForegroundLoad(1, 32);
  assert.equal(load.at(1000), 0);
  for (let nowMs = 1000; nowMs <= 5000; nowMs += 10) load.add(nowMs, 10, 32);
  const [busy, later, muchLater] = [load.at(5000), load.at(5500), load.at(10_000)];
  assert.ok(busy > 0.9 && later < 0.4 && muchLater < 0.001, `${busy}, ${later}, ${muchLater}`);
});
