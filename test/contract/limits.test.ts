/** spec: weights per address and minute; 429 beyond the limit, 418 for addresses that continue, and persistent bans. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { customerOperations } from '../../src/contract/customer-operations.ts';
import { eventually } from '../support/eventually.ts';
import { done } from '../support/world.ts';
import { operator } from '../support/world-plan.ts';
import { goodQueryOf } from './calls.ts';
import { assertRejected, ContractWorld, type Reply } from './contract-world.ts';

const limit = 4;
const flags = ['--weight-per-minute', String(limit), '--trust-proxy', '1'];

let world: ContractWorld;
let addresses = 0;
before(async () => {
  world = await ContractWorld.start(flags);
});
after(() => world.close());

/** A new address for each scenario, unaffected by the weights and bans of others. */
function newAddress(): string {
  addresses += 1;
  return `10.0.${addresses >> 8}.${addresses & 255}`;
}

/** Repeats a scenario if the minute, and therefore the window, changed meanwhile. */
async function withinOneMinute(scenario: (ip: string) => Promise<Reply[]>): Promise<Reply[]> {
  for (;;) {
    const minute = Math.floor(Date.now() / 60_000);
    const replies = await scenario(newAddress());
    if (minute === Math.floor(Date.now() / 60_000)) return replies;
  }
}

function get(ip: string, target = '/api/v3/ping'): Promise<Reply> {
  return world.send({ method: 'GET', target, headers: { 'x-forwarded-for': ip } });
}

async function repeat(times: number, ask: () => Promise<Reply>): Promise<Reply[]> {
  const replies: Reply[] = [];
  for (let index = 0; index < times; index += 1) replies.push(await ask());
  return replies;
}

const statusesOf = (replies: readonly Reply[]) => replies.map(({ status }) => status);
const weightsOf = (replies: readonly Reply[]) =>
  replies.map(({ headers }) => Number(headers['x-mbx-used-weight-1m']));

test('every request counts, whatever its outcome', async () => {
  const replies = await withinOneMinute(async (ip) => [
    await get(ip),
    await get(ip, '/wapi/v3/nothing.html'),
    await get(ip, '/wapi/v3/accountStatus.html'),
    await get(ip, `/api/v3/ping?${'x'.repeat(9000)}`),
  ]);
  assert.deepEqual(statusesOf(replies), [200, 404, 401, 414]);
  assert.deepEqual(weightsOf(replies), [1, 2, 3, 4]);
});

test('requests for the API description count too, and each address has its own count', async () => {
  const replies = await withinOneMinute(async (ip) => [
    await get(ip, '/openapi.json'),
    await get(ip, '/openapi.json?x=1'),
    await get(newAddress(), '//openapi.json'),
  ]);
  assert.deepEqual(statusesOf(replies), [200, 200, 200]);
  assert.deepEqual(weightsOf(replies), [1, 2, 1]);
});

for (const operation of customerOperations.filter(({ weights }) => weights === null)) {
  test(`${operation.id}: 429 beyond the limit, and nothing written`, async () => {
    const stored = await world.digest();
    const replies = await withinOneMinute(async (ip) => [
      ...(await repeat(limit, () => get(ip))),
      await world.call({
        operation,
        query: goodQueryOf(operation),
        headers: { 'x-forwarded-for': ip },
      }),
    ]);
    const last = replies.at(-1) as Reply;
    assertRejected(last, 'too-many-requests', { limit }, operation.dialect);
    const seconds = Number(last.headers['retry-after']);
    assert.ok(seconds >= 1 && seconds <= 60, 'until the minute is over');
    assert.equal(await world.digest(), stored);
  });
}

test('a banned address is rejected by operations that have counters of their own, and nothing is written', async () => {
  let ban = '';
  let banned = '';
  await withinOneMinute(async (ip) => {
    banned = ip;
    const replies = await repeat(limit + 8, () => get(ip));
    ban = replies.at(-1)?.text ?? '';
    return replies;
  });
  const bannedUntilMs = Number(/banned until (\d+)\./.exec(ban)?.[1]);
  // The ban itself is stored later.
  const { reads } = world.exchange.server;
  await eventually(
    () => reads.rows('bans', { bannedUntil: bannedUntilMs }),
    (bans) => bans.length > 0,
  );
  const stored = await world.digest();
  for (const operation of customerOperations.filter(({ weights }) => weights !== null)) {
    const headers = { 'x-forwarded-for': banned };
    const reply = await world.call({ operation, query: goodQueryOf(operation), headers });
    assertRejected(reply, 'too-many-requests', { bannedUntilMs }, operation.dialect);
    assert.ok(Number(reply.headers['retry-after']) > 0);
  }
  assert.equal(await world.digest(), stored);
});

test('an address that continues after 429 is banned for two minutes, and the reply says until when', async () => {
  const replies = await withinOneMinute((ip) => repeat(limit + 8, () => get(ip)));
  const tolerated = 6;
  assert.deepEqual(statusesOf(replies), [
    ...Array(limit).fill(200),
    ...Array(tolerated).fill(429),
    ...Array(8 - tolerated).fill(418),
  ]);
  const [first, second] = replies.slice(-2) as [Reply, Reply];
  const until = Number(/banned until (\d+)\./.exec(first.text)?.[1]);
  assertRejected(first, 'too-many-requests', { bannedUntilMs: until });
  assert.equal(second.text, first.text, 'requests during a ban do not extend it');
  const seconds = Number(first.headers['retry-after']);
  assert.ok(seconds > 110 && seconds <= 120, `${seconds}`);
  assert.ok(Math.abs(until - Date.now() - seconds * 1000) < 5000);
});

test('a ban survives a restart, is checked before everything else, and ends when it is lifted', async () => {
  let banned = '';
  await withinOneMinute((ip) => {
    banned = ip;
    return repeat(limit + 7, () => get(ip));
  });
  const [before] = [await get(banned)];
  assert.equal(before.status, 418);
  await world.exchange.restart(flags);
  for (const target of ['/api/v3/ping', '/nowhere', '/openapi.json', `/${'x'.repeat(9000)}`]) {
    const reply = await get(banned, target);
    assert.deepEqual([reply.status, reply.text], [418, before.text], target.slice(0, 20));
  }
  assert.equal((await get(newAddress())).status, 200, 'nobody else is banned');
  const row = await world.exchange.server.reads.row('bans', { ip: banned });
  assert.equal(row?.offences, 1);
  assert.equal(row.bannedUntil - row.lastOffenceAt, 120_000);
  await done(world.exchange.server.commands.submit('liftBan', { operator, ip: banned }));
  assert.equal((await get(banned)).status, 200);
});

test('all spellings of an address, and an IPv6 network, share a count; an invalid address counts for the peer', async () => {
  const [, , c, d] = newAddress().split('.').map(Number) as [number, number, number, number];
  const hex = ((c << 8) | d).toString(16);
  const ipv4 = [`10.1.${c}.${d}`, `::ffff:10.1.${c}.${d}`, `::FFFF:0a01:${hex}`, `10.1.${c}.${d}:4711`];
  const ipv6 = [
    `2001:db8:${hex}::1`,
    `2001:DB8:${hex}:0:0:0:0:1`,
    `2001:db8:${hex}::dead:beef`,
    `[2001:db8:${hex}::2]:1`,
  ];
  for (const spellings of [ipv4, ipv6]) {
    const replies = await withinOneMinute(async () => {
      const all: Reply[] = [];
      for (const each of spellings) all.push(await get(each));
      return all;
    });
    const weights = weightsOf(replies);
    const first = Number(weights[0]);
    assert.deepEqual(weights, [first, first + 1, first + 2, first + 3], spellings.join());
  }
  const replies = await withinOneMinute(async () => [
    await get('x'.repeat(15_000)),
    await get('unknown, ,'),
    await world.send({ method: 'GET', target: '/api/v3/ping' }),
  ]);
  const peer = Number(weightsOf(replies)[0]);
  assert.deepEqual(weightsOf(replies), [peer, peer + 1, peer + 2]);
});

test('a ban applies to every spelling, is stored in one, and can be lifted by any', async () => {
  const { server } = world.exchange;
  const network = `2001:db8:ffff:${(Math.floor(Math.random() * 0xfff) + 1).toString(16)}`;
  await withinOneMinute(() => repeat(limit + 7, () => get(`${network}::1`)));
  for (const each of [`${network}::1`, `${network.toUpperCase()}:0:0:0:1`, `${network}:1:2:3:4`])
    assert.equal((await get(each)).status, 418, each);
  assert.equal((await get('2001:db8:fffe::1')).status, 200, 'other networks are not banned');
  // It is in force immediately and stored a moment later.
  const kept = () => server.reads.row('bans', { ip: `${network}::/64` });
  for (let tries = 0; tries < 1000 && (await kept()) === undefined; tries += 1) await pause(5);
  assert.equal((await kept())?.offences, 1);
  const lift = (ip: string) => world.exchange.operator('DELETE', `/bans/${encodeURIComponent(ip)}`);
  for (const wrong of ['x', '1.2.3', `${network}::/48`, '10.0.0.0/8', '::1%lo'])
    assert.match((await lift(wrong)).text, /-9400.*path\.ip: must be an IPv4 or IPv6 address/, wrong);
  const lifted = await lift(`${network}:0:0:0:9`);
  assert.deepEqual(lifted.body, { ip: `${network}::/64`, deleted: true });
  assert.equal((await get(`${network}::1`)).status, 200);
  assert.equal((await lift(`${network}::/64`)).status, 404);
});

test('exchangeInfo shows the limit in force', async () => {
  const { body } = await get(newAddress(), '/api/v1/exchangeInfo');
  const [first] = body.rateLimits as object[];
  const expected = { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit };
  assert.deepEqual(first, expected);
});
