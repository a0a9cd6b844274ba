/** Counters of single operations: per address or account, beside the shared pool, and without bans. */

import assert from 'node:assert/strict';
import { accountScope, toleratedAfterLimit } from '../../src/limiter/port.ts';
import { at } from '../support/arrival.ts';
import { conformance, counterOf, newAddress, outcomesOf, sharedRedis } from './limiters.ts';

const noonMs = Date.UTC(2019, 6, 17, 12);
const limit = 3;
const untilBanned = limit + 1 + toleratedAfterLimit + 1;
const perMinute = counterOf('accountSnapshot', 12_000);
const perSecond = counterOf('withdrawHistory', 180_000, 1000);

let accounts = 0;
/** A new account for each scenario. */
function newAccount(): string {
  accounts += 1;
  return accountScope(accounts);
}

conformance(
  'requests above the limit of a counter get 429 until its window ends, however many',
  async (site) => {
    const { send, limiter, kept } = await site.open({ weightPerMinute: limit });
    for (const scope of [newAddress(), newAccount()]) {
      const decisions = await send(30, scope, noonMs + 58_999, 2400, perMinute);
      assert.deepEqual(outcomesOf(decisions), [...Array(5).fill('served'), ...Array(25).fill('limited')]);
      assert.deepEqual(
        decisions.map(({ usage }) => usage.usedWeight),
        decisions.map((_, index) => 2400 * (index + 1)),
      );
      assert.equal(decisions.at(-1)?.retryAfterSeconds, 2);
      const next = await limiter.take(scope, 1, at(noonMs + 60_000), perMinute);
      assert.deepEqual([next.outcome, next.usage.usedWeight], ['served', 1]);
    }
    assert.deepEqual(kept, []);
  },
);

conformance('a counter per second starts again with each second', async (site) => {
  const { send } = await site.open({ weightPerMinute: limit });
  const scope = newAccount();
  for (const startMs of [noonMs, noonMs + 1000, noonMs + 59_000, noonMs + 60_000]) {
    const decisions = await send(12, scope, startMs + 999, 18_000, perSecond);
    assert.deepEqual(outcomesOf(decisions), [...Array(10).fill('served'), 'limited', 'limited']);
    assert.equal(decisions.at(-1)?.retryAfterSeconds, 1);
  }
});

conformance(
  'each counter, each address and each account counts separately, and so does the pool',
  async (site) => {
    const { limiter } = await site.open({ weightPerMinute: limit });
    const other = counterOf('withdrawQuota', 12_000);
    for (const scope of [newAddress(), newAddress(), '2001:db8::/64', newAccount(), newAccount()]) {
      for (const counter of [perMinute, perSecond, other, undefined]) {
        assert.equal((await limiter.take(scope, 2, at(noonMs), counter)).usage.usedWeight, 2);
        assert.equal((await limiter.take(scope, 1, at(noonMs), counter)).usage.usedWeight, 3);
      }
    }
  },
);

conformance('a banned address is rejected by every counter, and nothing is counted', async (site) => {
  const { send, limiter } = await site.open({ weightPerMinute: limit });
  const ip = newAddress();
  await limiter.take(ip, 1, at(noonMs), perMinute);
  const ban = (await send(untilBanned, ip, noonMs)).at(-1)?.ban;
  const rejected = await limiter.take(ip, 1, at(noonMs), perMinute);
  assert.deepEqual([rejected.outcome, rejected.ban, rejected.retryAfterSeconds], ['banned', ban, 120]);
  assert.equal((await limiter.take(newAccount(), 1, at(noonMs), perMinute)).outcome, 'served');
  limiter.replaceBans(new Map());
  const after = await limiter.take(ip, 1, at(noonMs), perMinute);
  assert.deepEqual([after.outcome, after.usage.usedWeight], ['served', 2]);
});

conformance('a pool that is used up does not affect the counters', async (site) => {
  const { send, kept } = await site.open({ weightPerMinute: limit });
  const ip = newAddress();
  await send(untilBanned - 1, ip, noonMs);
  assert.deepEqual(new Set(outcomesOf(await send(20, ip, noonMs, 1, perMinute))), new Set(['served']));
  assert.deepEqual(kept, []);
});

conformance(
  'without a limit of the pool, the counters have none either',
  async (site) => {
    const { send } = await site.open({ weightPerMinute: 0 });
    for (const counter of [perMinute, perSecond]) {
      const decisions = await send(30, newAddress(), noonMs, 1_000_000, counter);
      assert.deepEqual(new Set(outcomesOf(decisions)), new Set(['served']));
      assert.equal(decisions.at(-1)?.usage.usedWeight, 30_000_000);
    }
  },
  ['memory'],
);

conformance(
  'among concurrent requests to several processes, exactly the limit is served',
  async (site) => {
    const processes = await Promise.all([1, 2, 3].map(() => site.open({ weightPerMinute: limit })));
    const scope = newAccount();
    const takes = Array.from({ length: 20 }, () =>
      processes.map(({ limiter }) => limiter.take(scope, 18_000, at(noonMs), perSecond)),
    );
    const outcomes = outcomesOf(await Promise.all(takes.flat()));
    assert.equal(outcomes.filter((outcome) => outcome === 'served').length, 10);
  },
  ['Redis'],
);

conformance(
  'a ban by another process is in force for every counter at once',
  async (site) => {
    const [first, second] = [
      await site.open({ weightPerMinute: limit }),
      await site.open({ weightPerMinute: limit }),
    ];
    const ip = newAddress();
    await first.send(untilBanned, ip, noonMs);
    assert.equal((await second.limiter.take(ip, 0, at(noonMs), perMinute)).outcome, 'banned');
    assert.deepEqual([first.kept.length, second.kept.length], [1, 0]);
  },
  ['Redis'],
);

conformance(
  'the keys of counters have our prefix and expire soon after their windows',
  async (site) => {
    const redis = await sharedRedis();
    const { limiter } = await site.open({ weightPerMinute: limit });
    const [ip, account] = [newAddress(), newAccount()];
    await limiter.take(ip, 1, at(noonMs), perMinute);
    await limiter.take(account, 1, at(noonMs), perSecond);
    for (const [key, maxMs] of [
      [`bursar:{${ip}}:weight:accountSnapshot:${noonMs}`, 120_000],
      [`bursar:{${account}}:weight:withdrawHistory:${noonMs}`, 10_000],
    ] as const) {
      const leftMs = Number(await redis.ask('PTTL', key));
      assert.ok(leftMs > 0 && leftMs <= maxMs, `${key} ${leftMs}`);
    }
  },
  ['Redis'],
);
