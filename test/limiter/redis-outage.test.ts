/**
 * Redis lost, slow, restarting or failing: each process limits by its own counts, and reconnects until Redis is
 * back.
 */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toleratedAfterLimit } from '../../src/limiter/port.ts';
import { at } from '../support/arrival.ts';
import { type RedisServer, skipWithoutRedis } from '../support/redis.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import {
  counterOf,
  newAddress,
  type Opened,
  openSite,
  outcomesOf,
  type Site,
  sharedRedis,
} from './limiters.ts';

const noonMs = Date.UTC(2019, 6, 17, 12);
const limit = 3;
const untilBanned = limit + 1 + toleratedAfterLimit + 1;
/** Four times the default, so that a loaded machine is not mistaken for a lost Redis. */
const timeoutMs = 1000;
/** Additional delay that a loaded machine may cause. */
const slackMs = 1000;
const terms = { weightPerMinute: limit, timeoutMs };

const outage = (title: string, run: (site: Site, redis: RedisServer) => Promise<void>) =>
  test(`Redis: ${title}`, { skip: skipWithoutRedis }, async () => {
    const redis = await sharedRedis();
    const site = await openSite('Redis');
    try {
      await run(site, redis);
    } finally {
      redis.thaw();
      await site.close();
      await redis.restart();
    }
  });

/** A silent connection shows no failure until it is used. */
async function useUntilLost({ limiter, until }: Opened): Promise<void> {
  await limiter.take(newAddress(), 1, at(noonMs));
  await until(true);
}

async function assertShared(first: Opened, second: Opened): Promise<void> {
  const ip = newAddress();
  await first.limiter.take(ip, 1, at(noonMs));
  assert.equal((await second.limiter.take(ip, 1, at(noonMs))).usage.usedWeight, 2);
}

outage('killed, each process limits by itself; restarted, they share again', async (site, redis) => {
  const [first, second] = [await site.open(terms), await site.open(terms)];
  const [ip, banned] = [newAddress(), newAddress()];
  await first.send(2, ip, noonMs);
  await first.send(untilBanned, banned, noonMs);
  await second.limiter.take(banned, 1, at(noonMs));
  const underWay = Array.from({ length: 50 }, () => first.limiter.take(newAddress(), 1, at(noonMs)));
  await redis.kill();
  assert.deepEqual(new Set(outcomesOf(await Promise.all(underWay))), new Set(['served']));
  await Promise.all([first.until(true), second.until(true)]);
  const decision = first.limiter.take(ip, 1, at(noonMs));
  assert.ok(!(decision instanceof Promise), 'requests do not wait for a Redis known to be lost');
  assert.equal(decision.usage.usedWeight, 3, 'added to the shared weight');
  assert.deepEqual(outcomesOf(await first.send(1, ip, noonMs)), ['limited']);
  assert.deepEqual(outcomesOf(await second.send(1, ip, noonMs)), ['served']);
  for (const { limiter } of [first, second])
    assert.equal((await limiter.take(banned, 1, at(noonMs))).outcome, 'banned');
  await redis.restart();
  await Promise.all([first.until(false), second.until(false)]);
  await assertShared(first, second);
  for (const { send } of [first, second])
    assert.deepEqual(new Set(outcomesOf(await send(2 * untilBanned, banned, noonMs))), new Set(['banned']));
  assert.deepEqual([first.kept.length, second.kept.length], [1, 0], 'although Redis has lost it');
  for (const { losses } of [first, second]) assert.deepEqual(losses, [true, false]);
});

outage('killed, each process continues the counters of operations by itself', async (site, redis) => {
  const [first, second] = [await site.open(terms), await site.open(terms)];
  const scope = newAddress();
  const counter = counterOf('withdrawHistory', 10);
  await first.send(4, scope, noonMs, 1, counter);
  await second.send(4, scope, noonMs, 1, counter);
  await redis.kill();
  await Promise.all([useUntilLost(first), useUntilLost(second)]);
  for (const [{ send }, left] of [
    [first, 6],
    [second, 2],
  ] as const) {
    const outcomes = outcomesOf(await send(left + 1, scope, noonMs, 1, counter));
    assert.deepEqual(outcomes, [...Array(left).fill('served'), 'limited'], 'added to the shared weight');
  }
});

outage('frozen, the first requests wait briefly and later ones not at all', async (site, redis) => {
  const [first, second] = [await site.open(terms), await site.open(terms)];
  redis.freeze();
  const beganMs = performance.now();
  const verdicts = await Promise.all(
    Array.from({ length: 20 }, () => first.limiter.take(newAddress(), 1, at(noonMs))),
  );
  const waitedMs = performance.now() - beganMs;
  assert.ok(waitedMs < timeoutMs + slackMs, `${waitedMs}`);
  assert.deepEqual(new Set(outcomesOf(verdicts)), new Set(['served']));
  assert.deepEqual(first.losses, [true]);
  assert.ok(!(first.limiter.take(newAddress(), 1, at(noonMs)) instanceof Promise));
  redis.thaw();
  await first.until(false);
  await assertShared(first, second);
  assert.deepEqual(first.losses, [true, false]);
});

outage('missing at the start, the limiter works and shares once Redis is available', async (site, redis) => {
  await redis.kill();
  const [first, second] = [await site.open(terms), await site.open(terms)];
  assert.deepEqual(first.losses, [true]);
  const ip = newAddress();
  assert.equal((await first.send(untilBanned, ip, noonMs)).at(-1)?.outcome, 'banned');
  await redis.restart();
  await Promise.all([first.until(false), second.until(false)]);
  await assertShared(first, second);
  assert.equal(
    (await first.limiter.take(ip, 1, at(noonMs))).outcome,
    'banned',
    'a ban created meanwhile is known',
  );
  assert.deepEqual([first.losses, first.kept.length], [[true, false], 1]);
});

outage('answering with errors, it counts as lost until it works again', async (site, redis) => {
  const [first, second] = [await site.open(terms), await site.open(terms)];
  await redis.ask('CONFIG', 'SET', 'maxmemory', '1');
  assert.equal((await first.limiter.take(newAddress(), 1, at(noonMs))).outcome, 'served');
  assert.deepEqual(first.losses, [true]);
  await redis.ask('CONFIG', 'SET', 'maxmemory', '0');
  await first.until(false);
  await assertShared(first, second);
});

outage(
  'a ban lifted while Redis does not answer is not in force once it answers again',
  async (site, redis) => {
    const [first, second] = [await site.open(terms), await site.open(terms)];
    const ip = newAddress();
    await first.send(untilBanned, ip, noonMs);
    redis.freeze();
    await useUntilLost(first);
    first.limiter.replaceBans(new Map());
    assert.equal((await first.limiter.take(ip, 1, at(noonMs))).outcome, 'served');
    redis.thaw();
    await first.until(false);
    assert.equal((await first.limiter.take(ip, 1, at(noonMs))).outcome, 'served');
    assert.equal((await second.limiter.take(ip, 1, at(noonMs))).outcome, 'served');
    assert.equal(first.kept.length, 1);
  },
);

outage('a ban whose creation was not acknowledged is stored once, by its creator', async (site, redis) => {
  const proxy = new TcpProxy(redis.port);
  try {
    const url = `redis://127.0.0.1:${await proxy.start()}`;
    const [first, second] = [await site.open(terms, url), await site.open(terms)];
    const ip = newAddress();
    await second.send(untilBanned - 1, ip, noonMs);
    let offers = 0;
    // Only the script that creates a ban sends the id of its creator.
    proxy.onRequest = (bytes) => {
      if (!/[0-9a-f]{8}(-[0-9a-f]{4}){3}-/.test(bytes.toString('latin1'))) return 'pass';
      offers += 1;
      return 'drop after';
    };
    await first.limiter.take(ip, 1, at(noonMs));
    assert.equal(offers, 1);
    assert.equal((await second.limiter.take(ip, 1, at(noonMs))).outcome, 'banned');
    await first.until(false);
    assert.deepEqual(outcomesOf(await first.send(2, ip, noonMs)), ['banned', 'banned']);
    assert.deepEqual([first.kept.length, second.kept.length], [1, 0]);
  } finally {
    proxy.stop();
  }
});

outage('a process that was itself busy does not consider Redis lost', async (site) => {
  const { limiter, losses } = await site.open({ weightPerMinute: limit, timeoutMs: 100 });
  const decision = limiter.take(newAddress(), 1, at(noonMs));
  // By then the request is sent, and its answer stays unread while nothing else runs.
  await new Promise((resolve) => setImmediate(resolve));
  const beganMs = performance.now();
  while (performance.now() - beganMs < 300);
  assert.equal((await decision).outcome, 'served');
  assert.deepEqual(losses, []);
});

outage('closed, it answers pending requests and does not reconnect', async (site, redis) => {
  const { limiter, losses } = await site.open(terms);
  const verdicts = Promise.all(Array.from({ length: 5 }, () => limiter.take(newAddress(), 1, at(noonMs))));
  await limiter.close();
  assert.deepEqual(new Set(outcomesOf(await verdicts)), new Set(['served']));
  assert.equal((await limiter.take(newAddress(), 1, at(noonMs))).outcome, 'served');
  assert.deepEqual(losses, []);
  await redis.kill();
  const gone = await site.open(terms);
  await gone.limiter.close();
  assert.deepEqual(gone.losses, [true]);
});
