import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { at } from '../../test/support/arrival.ts';
import {
  type BanRecord,
  banLadderMs,
  countWeight,
  decide,
  decisionFor,
  nextBan,
  type RateLimitDecision,
  type Usage,
  type WeightLimit,
  weightWindowMs,
  windowStart,
} from './rate-limit.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
const noonMs = Date.UTC(2019, 6, 17, 12);

/** The limit of a pool. */
function pool(weight: number, toleratedAfterLimit: number | null = 10, windowMs = minuteMs): WeightLimit {
  return { weight, windowMs, toleratedAfterLimit };
}

/** Sends `count` requests of weight 1 at the same time. */
function send(
  count: number,
  nowMs: number,
  limit: number,
  tolerated?: number | null,
  from?: Partial<RateLimitDecision>,
): RateLimitDecision {
  let decision: RateLimitDecision | undefined;
  let usage = from?.usage;
  let ban = from?.ban;
  for (let sent = 0; sent < count; sent++) {
    decision = decide(usage, ban, 1, at(nowMs), pool(limit, tolerated));
    ({ usage, ban } = decision);
  }
  assert.ok(decision);
  return decision;
}

test('a window starts at a multiple of its length and includes its start but not its end', () => {
  assert.equal(windowStart(noonMs, minuteMs), noonMs);
  assert.equal(windowStart(noonMs + 59_999, minuteMs), noonMs);
  assert.equal(windowStart(noonMs + 60_000, minuteMs), noonMs + minuteMs);
});

test('weights add up within a window and restart with the next one', () => {
  const first = countWeight(undefined, 5, noonMs + 10, minuteMs);
  const second = countWeight(first, 7, noonMs + 59_999, minuteMs);
  assert.deepEqual(second, { windowStartMs: noonMs, usedWeight: 12, limitedRequests: 0 });
  const next = countWeight({ ...second, limitedRequests: 3 }, 1, noonMs + minuteMs, minuteMs);
  assert.deepEqual(next, { windowStartMs: noonMs + minuteMs, usedWeight: 1, limitedRequests: 0 });
});

test('the request that reaches the limit is served, the one that exceeds it is limited until the window ends', () => {
  const full = decide(undefined, undefined, 1200, at(noonMs + 500), pool(1200));
  assert.equal(full.outcome, 'served');
  assert.equal(full.retryAfterSeconds, 0);
  const over = decide(full.usage, full.ban, 1, at(noonMs + 500), pool(1200));
  assert.equal(over.outcome, 'limited');
  assert.equal(over.retryAfterSeconds, 60);
  assert.equal(over.usage.usedWeight, 1201);
  assert.equal(over.ban, undefined);
  assert.equal(decide(over.usage, over.ban, 1, at(noonMs + 59_000), pool(1200)).retryAfterSeconds, 1);
  assert.equal(decide(over.usage, over.ban, 1, at(noonMs + 59_999), pool(1200)).retryAfterSeconds, 1);
  assert.equal(decide(over.usage, over.ban, 1, at(noonMs + 60_000), pool(1200)).outcome, 'served');
});

test('a limit of 0 serves every address except banned ones', () => {
  assert.equal(decide(undefined, undefined, 1_000_000, at(noonMs), pool(0)).outcome, 'served');
  const ban = nextBan(undefined, noonMs);
  assert.equal(decide(undefined, ban, 1, at(noonMs), pool(0)).outcome, 'banned');
});

test('after the first 429 ten more requests in the window are tolerated and the eleventh triggers a ban', () => {
  assert.equal(send(3 + 1 + 10, noonMs, 3).outcome, 'limited');
  const banned = send(3 + 1 + 11, noonMs, 3);
  assert.equal(banned.outcome, 'banned');
  assert.deepEqual(banned.ban, {
    bannedUntilMs: noonMs + 2 * minuteMs,
    offences: 1,
    lastOffenceMs: noonMs,
  });
  assert.equal(banned.retryAfterSeconds, 120);
  assert.equal(send(3 + 1, noonMs, 3, 0).outcome, 'limited');
  assert.equal(send(3 + 2, noonMs, 3, 0).outcome, 'banned');
});

test('limited requests of an earlier window do not count towards a ban', () => {
  const limited = send(3 + 1 + 10, noonMs, 3);
  assert.equal(send(3 + 1 + 10, noonMs + minuteMs, 3, 10, limited).outcome, 'limited');
});

test('requests during a ban are not counted and do not extend it, and it ends at its exact millisecond', () => {
  const begun = send(3 + 1 + 11, noonMs, 3);
  const during = decide(begun.usage, begun.ban, 50, at(noonMs + 1), pool(3));
  assert.equal(during.outcome, 'banned');
  assert.equal(during.ban, begun.ban);
  assert.equal(during.usage.usedWeight, begun.usage.usedWeight);
  assert.equal(during.retryAfterSeconds, 120);
  const lastMs = decide(during.usage, during.ban, 1, at(noonMs + 2 * minuteMs - 1), pool(3));
  assert.deepEqual([lastMs.outcome, lastMs.retryAfterSeconds, lastMs.usage.usedWeight], ['banned', 1, 0]);
  const after = decide(lastMs.usage, lastMs.ban, 1, at(noonMs + 2 * minuteMs), pool(3));
  assert.equal(after.outcome, 'served');
  assert.equal(after.ban, begun.ban, 'the record is kept for repeat offences');
});

test('an address whose ban is lifted within the window is limited, not banned again immediately', () => {
  const begun = send(3 + 1 + 11, noonMs, 3);
  assert.equal(decide(begun.usage, undefined, 1, at(noonMs + 1), pool(3)).outcome, 'limited');
});

test('a repeat offence after a ban is banned for one step longer', () => {
  const first = send(3 + 1 + 11, noonMs, 3);
  const second = send(3 + 1 + 11, noonMs + 2 * minuteMs, 3, 10, first);
  assert.equal(second.ban?.offences, 2);
  assert.equal(second.retryAfterSeconds, 600);
});

test('each repeat offence moves up one step from 2 minutes to 3 days and stays there', () => {
  assert.deepEqual(banLadderMs, [120_000, 600_000, 3_600_000, 21_600_000, dayMs, 3 * dayMs]);
  let ban: BanRecord | undefined;
  let nowMs = noonMs;
  const durationsMs: number[] = [];
  for (let offence = 0; offence < 8; offence++) {
    ban = nextBan(ban, nowMs);
    durationsMs.push(ban.bannedUntilMs - nowMs);
    nowMs = ban.bannedUntilMs;
  }
  assert.deepEqual(durationsMs, [...banLadderMs, 3 * dayMs, 3 * dayMs]);
});

test('an offence a week after the last moves up a step; a millisecond later it is a first offence again', () => {
  const previous: BanRecord = { bannedUntilMs: noonMs + dayMs, offences: 5, lastOffenceMs: noonMs };
  assert.equal(nextBan(previous, noonMs + weekMs).offences, 6);
  const forgiven = nextBan(previous, noonMs + weekMs + 1);
  assert.equal(forgiven.offences, 1);
  assert.equal(forgiven.bannedUntilMs, noonMs + weekMs + 1 + 2 * minuteMs);
});

test('the input is never modified, and Retry-After is the shortest sufficient wait in seconds', () => {
  const step = fc.record({
    weight: fc.integer({ min: 0, max: 9 }),
    passedMs: fc.integer({ min: 0, max: 30_000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      let usage: Usage | undefined;
      let ban: BanRecord | undefined;
      let nowMs = noonMs;
      for (const { weight, passedMs } of steps) {
        nowMs += passedMs;
        const decision = decide(
          usage && Object.freeze(usage),
          ban && Object.freeze(ban),
          weight,
          at(nowMs),
          pool(9, 1),
        );
        ({ usage, ban } = decision);
        assert.deepEqual(
          decisionFor(usage, ban, at(nowMs), pool(9, 1)),
          decision,
          'the decision follows from usage and ban alone',
        );
        assert.equal(decision.retryAfterSeconds > 0, decision.outcome !== 'served');
        if (decision.outcome !== 'served') {
          const waitedMs = nowMs + decision.retryAfterSeconds * 1000;
          assert.equal(decide(usage, ban, 9, at(waitedMs), pool(9, 1)).outcome, 'served');
          assert.notEqual(decide(usage, ban, 9, at(waitedMs - 1000), pool(9, 1)).outcome, 'served');
        }
        assert.equal(usage.windowStartMs, windowStart(nowMs, weightWindowMs));
      }
    }),
  );
});

test('a limit without bans answers every request above it with 429 until its window ends', () => {
  const perSecond = pool(10, null, 1000);
  let usage: Usage | undefined;
  for (let sent = 1; sent <= 500; sent++) {
    const decision = decide(usage, undefined, 1, at(noonMs + 250), perSecond);
    assert.equal(decision.outcome, sent <= 10 ? 'served' : 'limited');
    assert.deepEqual([decision.ban, decision.retryAfterSeconds], [undefined, sent <= 10 ? 0 : 1]);
    usage = decision.usage;
  }
  assert.equal(decide(usage, undefined, 1, at(noonMs + 999), perSecond).usage.usedWeight, 501);
  const next = decide(usage, undefined, 1, at(noonMs + 1000), perSecond);
  assert.deepEqual([next.outcome, next.usage.usedWeight], ['served', 1]);
});
