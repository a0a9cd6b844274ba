import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { feedLimits } from '../feed-limits.ts';
import type { FeedEvents } from './change-feed.ts';
import { FeedWatch } from './feed-watch.ts';

/** A watch with a feed and a clock that the test controls. */
async function startWatch() {
  const log: string[] = [];
  const clock = new ManualClock();
  const state = { delivers: true, reads: true, isBehind: false };
  let events: FeedEvents | undefined;
  const watch = new FeedWatch({
    feed: {
      listen: async (given) => {
        events = given;
      },
      keepListening: () => {},
      beat: (sentMs) => {
        if (state.delivers) events?.onBeat(sentMs);
      },
      renew: () => log.push('renew'),
    },
    time: clock.monotonic,
    applyChange: async () => {},
    readAll: async () => {
      log.push('read');
      if (!state.reads) throw new Error('the database is unavailable');
    },
    isBehind: () => state.isBehind,
    onCaughtUp: () => log.push('caught up'),
    onStale: () => log.push('stale'),
  });
  await watch.start(async () => {});
  const pass = async (ms: number) => {
    for (let passedMs = 0; passedMs < ms; passedMs += feedLimits.beatMs) {
      clock.advance(feedLimits.beatMs);
      await turn();
    }
  };
  /** Everything that happened since the last call. */
  const happened = () => [...new Set(log.splice(0))];
  return { watch, clock, state, pass, happened, late: (sentMs: number) => events?.onBeat(sentMs) };
}

test('while heartbeats come back, cached data is fresh and is not read again', async () => {
  const { watch, pass, happened } = await startWatch();
  await pass(3000);
  assert.ok(watch.isFresh());
  assert.deepEqual(happened(), ['caught up']);
});

test('after a second without heartbeats, cached data is stale and read again, and onStale is called once', async () => {
  const { watch, state, pass, happened } = await startWatch();
  state.delivers = false;
  await pass(feedLimits.trustedMs);
  assert.ok(watch.isFresh());
  await pass(feedLimits.beatMs);
  assert.ok(!watch.isFresh());
  assert.deepEqual(happened(), ['caught up', 'stale', 'read']);
  await pass(2000);
  assert.deepEqual(happened(), ['read']);
});

test('after a heartbeat comes back, cached data stays stale until it has been read again', async () => {
  const { watch, state, pass, happened } = await startWatch();
  state.delivers = false;
  await pass(2000);
  state.delivers = true;
  state.reads = false;
  await pass(2000);
  assert.ok(!watch.isFresh());
  state.reads = true;
  happened();
  await pass(feedLimits.beatMs);
  await turn();
  assert.ok(watch.isFresh());
  assert.deepEqual(happened(), ['read', 'caught up']);
});

test('a heartbeat that arrives late does not count', async () => {
  const { watch, clock, state, pass, late } = await startWatch();
  state.delivers = false;
  await pass(3000);
  late(clock.monotonic.now() - feedLimits.trustedMs - 1);
  await turn();
  assert.ok(!watch.isFresh());
});

test('a process that was paused has stale data until its next heartbeat', async () => {
  const { watch, clock, pass } = await startWatch();
  await pass(1000);
  clock.stall(60_000);
  assert.ok(!watch.isFresh());
  await pass(2 * feedLimits.beatMs);
  assert.ok(watch.isFresh());
});

test('an announced change that could not be read is read before the next heartbeat counts', async () => {
  const { state, pass, happened } = await startWatch();
  happened();
  state.isBehind = true;
  await pass(feedLimits.beatMs);
  assert.deepEqual(happened(), ['read', 'caught up']);
});

test('a connection that delivers nothing for `renewMs` is replaced', async () => {
  const { state, pass, happened } = await startWatch();
  state.delivers = false;
  await pass(feedLimits.renewMs);
  assert.ok(!happened().includes('renew'));
  await pass(2000);
  assert.ok(happened().includes('renew'));
});
