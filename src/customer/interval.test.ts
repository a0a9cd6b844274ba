import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimeWindow } from '../contract/operation.ts';
import { completeInterval } from './interval.ts';

const dayMs = 86_400_000;
const nowMs = 1_700_000_000_000;
const history: TimeWindow = { days: 90, withOrderIdDays: 7, error: 'history-interval-too-long' };

type Interval = { startTime?: number; endTime?: number; withdrawOrderId?: string };

const complete = (values: Interval, window = history) => {
  const completed = { ...values };
  const rejection = completeInterval(completed, window, nowMs);
  return rejection === undefined ? completed : rejection;
};

test('without bounds an interval covers the last days, and stays open', () => {
  assert.deepEqual(complete({}), { startTime: nowMs - 90 * dayMs });
  assert.deepEqual(complete({ withdrawOrderId: 'a' }), {
    startTime: nowMs - 7 * dayMs,
    withdrawOrderId: 'a',
  });
  const shorter: TimeWindow = { days: 30, defaultDays: 7, error: 'interval-too-long' };
  assert.deepEqual(complete({}, shorter), { startTime: nowMs - 7 * dayMs });
});

test('with endTime only, an interval covers the days before it, and never begins before 1970', () => {
  const endTime = nowMs + dayMs;
  assert.deepEqual(complete({ endTime }), { endTime, startTime: endTime - 90 * dayMs });
  assert.deepEqual(complete({ endTime: 5 }), { endTime: 5, startTime: 0 });
});

test('an interval of exactly the longest length is accepted, also into the future', () => {
  for (const startTime of [0, nowMs - dayMs, nowMs]) {
    const endTime = startTime + 90 * dayMs;
    assert.deepEqual(complete({ startTime, endTime }), { startTime, endTime });
    assert.deepEqual(complete({ startTime, endTime: endTime + 1 }), {
      rejected: 'history-interval-too-long',
      details: {},
    });
  }
});

test('with startTime only, an interval must not be longer up to now', () => {
  const startTime = nowMs - 90 * dayMs;
  assert.deepEqual(complete({ startTime }), { startTime });
  assert.deepEqual(complete({ startTime: startTime - 1 }), {
    rejected: 'history-interval-too-long',
    details: {},
  });
  const tooLong = { rejected: 'interval-too-long', details: { hours: 168 } };
  assert.deepEqual(complete({ startTime, withdrawOrderId: 'a' }), tooLong);
});
