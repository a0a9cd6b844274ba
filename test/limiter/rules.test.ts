/** Guarantees of every limiter, wherever it counts. */

import assert from 'node:assert/strict';
import { banLadderMs, type RateLimitDecision } from '../../src/domain/rate-limit.ts';
import { toleratedAfterLimit } from '../../src/limiter/port.ts';
import { at } from '../support/arrival.ts';
import { conformance, newAddress, outcomesOf } from './limiters.ts';

const noonMs = Date.UTC(2019, 6, 17, 12);
const minuteMs = 60_000;
const weekMs = 7 * 24 * 60 * minuteMs;
const limit = 3;
/** The number of requests of weight 1 that leads to a ban, including the banned one. */
const untilBanned = limit + 1 + toleratedAfterLimit + 1;
const last = (decisions: readonly RateLimitDecision[]) => decisions.at(-1) as RateLimitDecision;

conformance(
  'requests up to the limit are served; further ones get 429 until the minute ends',
  async (site) => {
    const { limiter } = await site.open({ weightPerMinute: 1200 });
    const ip = newAddress();
    const full = await limiter.take(ip, 1200, at(noonMs + 500));
    assert.deepEqual([full.outcome, full.usage.usedWeight, full.retryAfterSeconds], ['served', 1200, 0]);
    const over = await limiter.take(ip, 1, at(noonMs + 58_999));
    assert.deepEqual([over.outcome, over.usage.usedWeight, over.retryAfterSeconds], ['limited', 1201, 2]);
    const next = await limiter.take(ip, 7, at(noonMs + minuteMs));
    assert.deepEqual([next.outcome, next.usage.usedWeight], ['served', 7]);
  },
);

conformance('each address is counted separately', async (site) => {
  const { limiter } = await site.open({ weightPerMinute: 5 });
  const addresses = [newAddress(), '2001:db8::1', '2001:db8::1:0', 'anything} {else'];
  for (const ip of addresses) {
    assert.equal((await limiter.take(ip, 4, at(noonMs))).usage.usedWeight, 4);
    assert.equal((await limiter.take(ip, 1, at(noonMs))).usage.usedWeight, 5);
  }
});

conformance('an address that continues after 429 is banned, and the ban is stored once', async (site) => {
  const { send, kept } = await site.open({ weightPerMinute: limit });
  const ip = newAddress();
  const decisions = await send(untilBanned + 3, ip, noonMs);
  assert.deepEqual(outcomesOf(decisions), [
    ...Array(limit).fill('served'),
    ...Array(1 + toleratedAfterLimit).fill('limited'),
    ...Array(1 + 3).fill('banned'),
  ]);
  const ban = { bannedUntilMs: noonMs + 2 * minuteMs, offences: 1, lastOffenceMs: noonMs };
  assert.deepEqual(kept, [{ ip, ban }]);
  assert.deepEqual(last(decisions).ban, ban);
  assert.equal(last(decisions).retryAfterSeconds, 120);
});

conformance('requests beyond the limit of an earlier minute do not lead to a ban', async (site) => {
  const { send, kept } = await site.open({ weightPerMinute: limit });
  const ip = newAddress();
  await send(untilBanned - 1, ip, noonMs);
  assert.equal(last(await send(untilBanned - 1, ip, noonMs + minuteMs)).outcome, 'limited');
  assert.deepEqual(kept, []);
});

conformance(
  'requests during a ban are not counted and do not extend it, and it ends at its exact millisecond',
  async (site) => {
    const { limiter, send } = await site.open({ weightPerMinute: limit });
    const ip = newAddress();
    const begun = last(await send(untilBanned, ip, noonMs));
    const during = await limiter.take(ip, 50, at(noonMs + 1));
    assert.deepEqual([during.outcome, during.ban, during.usage], ['banned', begun.ban, begun.usage]);
    const lastMs = await limiter.take(ip, 1, at(noonMs + 2 * minuteMs - 1));
    assert.deepEqual([lastMs.outcome, lastMs.retryAfterSeconds, lastMs.usage.usedWeight], ['banned', 1, 0]);
    const after = await limiter.take(ip, 1, at(noonMs + 2 * minuteMs));
    assert.deepEqual([after.outcome, after.usage.usedWeight, after.ban], ['served', 1, begun.ban]);
  },
);

conformance(
  'each repeat offence moves up a step, and after a week it counts as a first one again',
  async (site) => {
    const { send, kept } = await site.open({ weightPerMinute: limit });
    const ip = newAddress();
    let nowMs = noonMs;
    const durationsMs: number[] = [];
    for (let offence = 1; offence <= 7; offence += 1) {
      const { ban } = last(await send(untilBanned, ip, nowMs));
      assert.equal(ban?.offences, offence);
      durationsMs.push(ban.bannedUntilMs - nowMs);
      nowMs = ban.bannedUntilMs;
    }
    assert.deepEqual(durationsMs, [...banLadderMs, banLadderMs.at(-1)]);
    const { ban } = last(await send(untilBanned, ip, nowMs + weekMs));
    assert.equal(ban?.offences, 1);
    assert.equal(kept.length, 8);
  },
);

conformance('stored bans are in force, and a later offence moves up from their step', async (site) => {
  const { limiter, send } = await site.open({ weightPerMinute: limit });
  const [banned, past] = [newAddress(), newAddress()];
  const lastOffenceMs = noonMs - 9 * minuteMs;
  limiter.replaceBans(
    new Map([
      [banned, { bannedUntilMs: noonMs + minuteMs, offences: 2, lastOffenceMs }],
      [past, { bannedUntilMs: noonMs, offences: 2, lastOffenceMs }],
    ]),
  );
  assert.equal((await limiter.take(banned, 1, at(noonMs))).outcome, 'banned');
  const { ban } = last(await send(untilBanned, past, noonMs));
  assert.deepEqual(ban, { bannedUntilMs: noonMs + 60 * minuteMs, offences: 3, lastOffenceMs: noonMs });
});

conformance('a lifted ban ends immediately, and the address starts again at the first step', async (site) => {
  const { limiter, send, kept } = await site.open({ weightPerMinute: limit });
  const [lifted, other] = [newAddress(), newAddress()];
  await send(untilBanned, lifted, noonMs);
  await send(untilBanned, other, noonMs);
  const stored = new Map(kept.map(({ ip, ban }) => [ip, ban]));
  limiter.replaceBans(stored);
  stored.delete(lifted);
  limiter.replaceBans(stored);
  const next = await limiter.take(lifted, 1, at(noonMs));
  assert.deepEqual([next.outcome, next.usage.usedWeight, next.ban], ['served', 1, undefined]);
  assert.equal((await limiter.take(other, 1, at(noonMs))).outcome, 'banned');
  const again = last(await send(untilBanned - 1, lifted, noonMs + 1));
  assert.deepEqual([again.outcome, again.ban?.offences], ['banned', 1]);
  assert.equal(kept.length, 3);
});

conformance('a ban that is not stored yet is not lifted by refreshing the stored ones', async (site) => {
  const { limiter, send } = await site.open({ weightPerMinute: limit, keeps: false });
  const ip = newAddress();
  const { ban } = last(await send(untilBanned, ip, noonMs));
  limiter.replaceBans(new Map());
  assert.equal((await limiter.take(ip, 1, at(noonMs))).outcome, 'banned');
  limiter.replaceBans(new Map([[ip, ban!]]));
  assert.equal((await limiter.take(ip, 1, at(noonMs))).outcome, 'banned');
  limiter.replaceBans(new Map());
  assert.equal((await limiter.take(ip, 1, at(noonMs))).outcome, 'served');
});

conformance('a stored ban can be lifted before it was seen among the stored ones', async (site) => {
  const { limiter, send } = await site.open({ weightPerMinute: limit });
  const ip = newAddress();
  await send(untilBanned, ip, noonMs);
  limiter.replaceBans(new Map());
  assert.equal((await limiter.take(ip, 1, at(noonMs))).outcome, 'served');
});

conformance('closing waits until new bans are stored', async (site) => {
  const { promise: keeps, resolve: keep } = Promise.withResolvers<boolean>();
  const { limiter, send } = await site.open({ weightPerMinute: limit, keeps });
  await send(untilBanned, newAddress(), noonMs);
  let isClosed = false;
  const closing = limiter.close().then(() => {
    isClosed = true;
  });
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isClosed, false);
  keep(true);
  await closing;
});

conformance('without a limit every address is served, except banned ones', async (site) => {
  const { limiter, send } = await site.open({ weightPerMinute: 0 });
  const [free, banned] = [newAddress(), newAddress()];
  limiter.replaceBans(
    new Map([[banned, { bannedUntilMs: noonMs + 1, offences: 1, lastOffenceMs: noonMs - 2 * minuteMs }]]),
  );
  const { outcome, usage } = last(await send(30, free, noonMs, 1_000_000));
  assert.deepEqual([outcome, usage.usedWeight], ['served', 30_000_000]);
  assert.equal((await limiter.take(banned, 1, at(noonMs))).outcome, 'banned');
});

conformance(
  'among many concurrent requests, exactly the limit is served, and one ban is created',
  async (site) => {
    const { limiter, kept } = await site.open({ weightPerMinute: 100 });
    const ip = newAddress();
    const decisions = await Promise.all(Array.from({ length: 500 }, () => limiter.take(ip, 1, at(noonMs))));
    const count = (wanted: string) => decisions.filter(({ outcome }) => outcome === wanted).length;
    assert.deepEqual(
      [count('served'), count('limited'), count('banned')],
      [100, 1 + toleratedAfterLimit, 500 - 101 - toleratedAfterLimit],
    );
    assert.equal(kept.length, 1);
  },
);

conformance(
  'in memory a decision is returned synchronously',
  async (site) => {
    const { limiter } = await site.open({ weightPerMinute: 1 });
    const ip = newAddress();
    for (let sent = 0; sent < 20; sent += 1) assert.ok(!(limiter.take(ip, 1, at(noonMs)) instanceof Promise));
  },
  ['memory'],
);
