/** Processes share weights through Redis, and bans from the moment when they begin or are lifted. */

import assert from 'node:assert/strict';
import { toleratedAfterLimit } from '../../src/limiter/port.ts';
import { at } from '../support/arrival.ts';
import { conformance, newAddress, outcomesOf, sharedRedis } from './limiters.ts';

const noonMs = Date.UTC(2019, 6, 17, 12);
const limit = 3;
const terms = { weightPerMinute: limit };
const untilBanned = limit + 1 + toleratedAfterLimit + 1;

function sharing(title: string, run: Parameters<typeof conformance>[1]): void {
  conformance(title, run, ['Redis']);
}

sharing('weights of two processes add up, and both reject requests beyond the limit', async (site) => {
  const [first, second] = [
    await site.open({ weightPerMinute: 10 }),
    await site.open({ weightPerMinute: 10 }),
  ];
  const ip = newAddress();
  assert.equal((await first.limiter.take(ip, 4, at(noonMs))).usage.usedWeight, 4);
  assert.equal((await second.limiter.take(ip, 5, at(noonMs + 59_999))).usage.usedWeight, 9);
  assert.equal((await first.limiter.take(ip, 1, at(noonMs + 1))).outcome, 'served');
  assert.deepEqual(outcomesOf(await first.send(1, ip, noonMs + 2)), ['limited']);
  assert.deepEqual(outcomesOf(await second.send(1, ip, noonMs + 3)), ['limited']);
  assert.equal((await second.limiter.take(ip, 1, at(noonMs + 60_000))).usage.usedWeight, 1);
});

sharing(
  'a ban by one process is in force in the other immediately, and only the first one stores it',
  async (site) => {
    const [first, second] = [await site.open(terms), await site.open(terms)];
    const ip = newAddress();
    const begun = (await first.send(untilBanned, ip, noonMs)).at(-1);
    const informed = await second.limiter.take(ip, 1, at(noonMs));
    assert.deepEqual([informed.outcome, informed.ban], ['banned', begun?.ban]);
    assert.deepEqual([first.kept.length, second.kept.length], [1, 0]);
    const afterwardsMs = noonMs + 120_000;
    const again = (await second.send(untilBanned, ip, afterwardsMs)).at(-1);
    assert.deepEqual([again?.outcome, again?.ban?.offences], ['banned', 2]);
    assert.deepEqual([first.kept.length, second.kept.length], [1, 1]);
  },
);

sharing(
  'among concurrent requests to several processes the limit is served, and one ban is created',
  async (site) => {
    const processes = await Promise.all([1, 2, 3].map(() => site.open({ weightPerMinute: 100 })));
    for (let round = 0; round < 20; round += 1) {
      const ip = newAddress();
      const keptBefore = processes.flatMap(({ kept }) => kept).length;
      const takes = Array.from({ length: 130 }, () =>
        processes.map(({ limiter }) => limiter.take(ip, 1, at(noonMs))),
      );
      const verdicts = await Promise.all(takes.flat());
      const count = (wanted: string) => verdicts.filter(({ outcome }) => outcome === wanted).length;
      assert.deepEqual([count('served'), count('limited')], [100, 1 + toleratedAfterLimit]);
      const bans = new Set(verdicts.map(({ ban }) => JSON.stringify(ban)));
      assert.equal(bans.size, 2, 'one without a ban, one with');
      const kept = processes.flatMap((opened) => opened.kept).slice(keptBefore);
      assert.equal(processes.flatMap((opened) => opened.kept).length, keptBefore + 1);
      assert.ok(kept.every(({ ban }) => ban.offences === 1));
    }
  },
);

sharing('a ban lifted in one process is also lifted where it is known only from Redis', async (site) => {
  const [first, second] = [await site.open(terms), await site.open(terms)];
  const ip = newAddress();
  await first.send(untilBanned, ip, noonMs);
  assert.equal((await second.limiter.take(ip, 1, at(noonMs))).outcome, 'banned');
  first.limiter.replaceBans(new Map());
  assert.deepEqual(outcomesOf(await first.send(1, ip, noonMs)), ['served']);
  const next = await second.limiter.take(ip, 1, at(noonMs));
  assert.deepEqual([next.outcome, next.usage.usedWeight, next.ban], ['served', 2, undefined]);
});

sharing('a process that learns late of a lifted ban does not lift the next one', async (site) => {
  const [first, second] = [await site.open(terms), await site.open(terms)];
  const ip = newAddress();
  await first.send(untilBanned, ip, noonMs);
  const stored = new Map(first.kept.map((kept) => [kept.ip, kept.ban]));
  for (const { limiter } of [first, second]) limiter.replaceBans(stored);
  first.limiter.replaceBans(new Map());
  const again = (await first.send(untilBanned, ip, noonMs + 1)).at(-1);
  assert.deepEqual([again?.outcome, again?.ban?.offences], ['banned', 1]);
  second.limiter.replaceBans(new Map());
  assert.equal((await second.limiter.take(ip, 1, at(noonMs + 2))).outcome, 'banned');
  assert.equal((await first.limiter.take(ip, 1, at(noonMs + 2))).outcome, 'banned');
});

sharing('a known ban is answered synchronously', async (site) => {
  const { limiter, send } = await site.open(terms);
  const ip = newAddress();
  await send(untilBanned, ip, noonMs);
  assert.ok(!(limiter.take(ip, 1, at(noonMs)) instanceof Promise));
});

sharing('every key has our prefix and expires', async (site) => {
  const redis = await sharedRedis();
  const { limiter, send } = await site.open(terms);
  const [banned, lifted, stored] = [newAddress(), newAddress(), newAddress()];
  await send(untilBanned, lifted, noonMs);
  limiter.replaceBans(
    new Map([[stored, { bannedUntilMs: noonMs, offences: 1, lastOffenceMs: noonMs - 120_000 }]]),
  );
  limiter.replaceBans(new Map());
  await send(untilBanned, banned, noonMs);
  await send(2, newAddress(), noonMs);
  const keys = (await redis.ask('KEYS', '*')) as string[];
  assert.ok(keys.length >= 6);
  for (const key of keys) {
    assert.match(key, /^bursar:/);
    const leftMs = Number(await redis.ask('PTTL', key));
    assert.ok(leftMs > 0 && leftMs <= 600_000, `${key} ${leftMs}`);
  }
});

sharing('scripts are sent again after Redis has lost them', async (site) => {
  const redis = await sharedRedis();
  const processes = [await site.open({ weightPerMinute: 100 }), await site.open({ weightPerMinute: 100 })];
  const ip = newAddress();
  for (let round = 1; round <= 3; round += 1) {
    await redis.ask('SCRIPT', 'FLUSH');
    const takes = processes.map(({ limiter }) =>
      Array.from({ length: 15 }, () => limiter.take(ip, 1, at(noonMs))),
    );
    const verdicts = await Promise.all(takes.flat());
    assert.ok(verdicts.every(({ outcome }) => outcome === 'served'));
    assert.equal(Math.max(...verdicts.map(({ usage }) => usage.usedWeight)), round * 30);
  }
  assert.deepEqual(
    processes.flatMap(({ losses }) => losses),
    [],
  );
});
