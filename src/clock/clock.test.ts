import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { pause } from './clock.ts';
import { systemClock } from './system-clock.ts';

test('a manual clock runs due work in the order of its due time, each at that time', () => {
  const clock = new ManualClock({ worldMs: 0 });
  const ran: (readonly [string, number])[] = [];
  const note = (what: string) => () => void ran.push([what, clock.world.now()]);
  clock.world.after(30, note('late'));
  clock.monotonic.every(20, note('every'));
  clock.world.after(10, () => clock.world.after(5, note('nested')));
  const cancel = clock.world.after(12, note('cancelled'));
  cancel();
  clock.advance(40);
  assert.deepEqual(ran, [
    ['nested', 15],
    ['every', 20],
    ['late', 30],
    ['every', 40],
  ]);
  assert.equal(clock.pending, 1);
});

test('a pause ends after its time, or as soon as its signal aborts, and leaves no timer behind', async () => {
  const clock = new ManualClock();
  const stopping = new AbortController();
  const whole = pause(clock.monotonic, 1000);
  const cut = pause(clock.monotonic, 1000, { signal: stopping.signal });
  stopping.abort();
  await cut;
  clock.advance(1000);
  await whole;
  await pause(clock.monotonic, 1000, { signal: stopping.signal });
  assert.equal(clock.pending, 0);
});

test('timers of the system clock fire, but not after they were cancelled', async () => {
  const { monotonic } = systemClock;
  const begunMs = monotonic.now();
  const fired: string[] = [];
  const cancel = monotonic.after(1, () => fired.push('cancelled'));
  cancel();
  await new Promise<void>((resolve) => {
    const stop = monotonic.every(2, () => {
      fired.push('every');
      stop();
      monotonic.after(5, resolve);
    });
  });
  assert.deepEqual(fired, ['every']);
  assert.ok(monotonic.now() > begunMs);
});
