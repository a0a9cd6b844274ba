/** Balance streams with several processes on one database: an event, or the end of a key, may come from any of them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { buildStandardWorld, outsideAddresses } from '../support/standard-world.ts';
import { type Frame, StreamClient } from '../support/stream-client.ts';
import { type Customer, createKey, credit } from '../support/world.ts';
import { type Pair, startPair } from './pair.ts';

let pair: Pair;
let alice: Customer;
const limits = { skip: skipWithoutPostgres };

before(async () => {
  if (skipWithoutPostgres !== false) return;
  pair = await startPair();
  ({ alice } = await buildStandardWorld(pair.a.server));
});
after(() => pair?.close());

const subscribe = 'userDataStream.subscribe.signature';
const updatesOf = ({ events }: StreamClient) =>
  events.flatMap(({ event }: Frame) => (event.e === 'balanceUpdate' ? [`${event.a} ${event.d}`] : []));

test('every process sends all events, once and in the same order', limits, async () => {
  const clients = await Promise.all(pair.both.map((each) => StreamClient.open(each)));
  for (const client of clients) assert.equal((await client.signed(alice, subscribe)).status, 200);
  const withdrawals = Array.from({ length: 30 }, (_, index) =>
    (pair.both[index % 2] as Pair['a']).signed(alice, 'POST', '/wapi/v3/withdraw.html', {
      asset: 'ETH',
      amount: `0.${index + 10}`,
      address: String(outsideAddresses.ETH?.[0]),
      name: 'x',
    }),
  );
  for (const reply of await Promise.all(withdrawals)) assert.equal(reply.status, 200, reply.text);
  await credit(pair.a.server, alice.email, 'ADA 1');
  for (const client of clients) await client.eventWhere(({ event }) => event.a === 'ADA');
  const [one, other] = clients.map(updatesOf);
  assert.deepEqual(one, other);
  const expected = Array.from({ length: 30 }, (_, index) => `ETH -0.${index + 10}000000`);
  assert.deepEqual([...(one ?? [])].sort(), [...expected, 'ADA 1.00000000'].sort());
  const positions = clients.map(({ events }) =>
    events.filter(({ event }) => event.B).map(({ event }) => event.B),
  );
  assert.deepEqual(positions[0], positions[1]);
  for (const client of clients) await client.close();
});

test('a subscription gets no event that was committed before it, by whichever process', limits, async () => {
  for (let round = 0; round < 20; round += 1) {
    const [from, to] = round % 2 === 0 ? pair.both : [pair.b, pair.a];
    const client = await StreamClient.open(to);
    await credit(from.server, alice.email, 'ETH 1');
    assert.equal((await client.signed(alice, subscribe)).status, 200);
    await credit(from.server, alice.email, 'ETH 2');
    assert.equal((await client.received(1))[0].event.d, '2.00000000');
    await client.close();
  }
});

test('the streams of a key end when another process revokes it', limits, async () => {
  const key = await createKey(pair.a.server, alice.email);
  const client = await StreamClient.open(pair.b);
  assert.equal((await client.signed(key, subscribe)).status, 200);
  const path = `/accounts/${alice.email}/api-keys/${key.apiKey}`;
  assert.ok((await pair.a.operator('DELETE', path)).status < 300);
  assert.equal((await client.received(1))[0].event.e, 'eventStreamTerminated');
  await client.close();
});

test('a commit in progress delays the events of later commits, which keep their order', limits, async () => {
  const client = await StreamClient.open(pair.a);
  assert.equal((await client.signed(alice, subscribe)).status, 200);
  // Holds a number of the log, as a commit does that has not ended.
  await pair.sql.run('BEGIN');
  await pair.sql.run("INSERT INTO event_log (at, transfers, events) VALUES (1, '[]', '[]')");
  await credit(pair.b.server, alice.email, 'ETH 3');
  const late = await StreamClient.open(pair.a);
  assert.equal((await late.signed(alice, subscribe)).status, 200);
  await credit(pair.b.server, alice.email, 'ETH 4');
  assert.deepEqual([client.events, late.events], [[], []]);
  await pair.sql.run('ROLLBACK');
  await client.received(4);
  await late.received(2);
  assert.deepEqual(updatesOf(client), ['ETH 3.00000000', 'ETH 4.00000000']);
  assert.deepEqual(updatesOf(late), ['ETH 4.00000000']);
  for (const each of [client, late]) await each.close();
});
