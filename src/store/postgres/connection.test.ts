/** The time limits of connections use the timers that are passed to them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { Connection } from './connection.ts';
import { type Primary, PrimaryFinder } from './primary-finder.ts';

/** Accepts connections and never answers. */
async function listenSilently(t: TestContext) {
  const server = createServer((socket) => socket.on('error', () => {}).resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

test('a statement fails when the time for its answer has passed on the given clock, and not before', async (t) => {
  const clock = new ManualClock();
  const { server, port } = await listenSilently(t);
  const database = { url: `postgres://nobody@127.0.0.1:${port}/none`, timers: clock.monotonic };
  const connection = new Connection({ database, session: {}, answerMs: 60_000 });
  const accepted = once(server, 'connection');
  let isAnswered = false;
  const answers = connection.tryAll([{ sql: 'SELECT 1' }], 2000).finally(() => {
    isAnswered = true;
  });
  await accepted;
  clock.advance(1999);
  await turn();
  assert.deepEqual([isAnswered, connection.load], [false, 1]);
  clock.advance(1);
  const [answer] = await answers;
  assert.ok(answer?.status === 'rejected');
  assert.match(String(answer.reason), /no answer in 2000 ms/);
  assert.deepEqual([connection.load, clock.pending], [0, 0]);
  await connection.close();
});

test('the primary is searched for a grace period of the given clock after the first answer', async (t) => {
  const clock = new ManualClock();
  const { port } = await listenSilently(t);
  const silent = Promise.withResolvers<Primary>();
  const ask = (url: string) =>
    url === 'silent' ? silent.promise : Promise.resolve({ host: '127.0.0.1', port, timeline: 1 });
  const finder = new PrimaryFinder({
    name: 'grace',
    urls: ['primary', 'silent'],
    timers: clock.monotonic,
    ask,
  });
  let found = false;
  const socket = finder.connect().finally(() => {
    found = true;
  });
  while (clock.pending === 0) await turn();
  clock.advance(299);
  await turn();
  assert.equal(found, false);
  clock.advance(1);
  (await socket).destroy();
});

test('a connection that was closed is not opened again', async (t) => {
  const clock = new ManualClock();
  const { server, port } = await listenSilently(t);
  const database = { url: `postgres://nobody@127.0.0.1:${port}/none`, timers: clock.monotonic };
  const connection = new Connection({ database, session: {}, answerMs: 2000 });
  let opened = 0;
  server.on('connection', () => {
    opened += 1;
  });
  await connection.close();
  for (let count = 0; count < 2; count += 1) {
    const [answer] = await connection.tryAll([{ sql: 'SELECT 1' }]);
    assert.equal(answer?.status, 'rejected');
  }
  assert.equal(opened, 0);
});
