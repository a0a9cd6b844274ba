/** Whether the process lives and whether it can serve, as balancers ask: cheaply, without a token, at any time. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Readiness } from '../../src/observability/readiness.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { ask, assertRefused, done } from './operator-client.ts';

const authorization = '';
const probe = (exchange: Exchange, path: string, method = 'GET') =>
  ask(exchange, method, path, undefined, { authorization });

const ready = { status: 'ready', store: 'ok', draining: false };

describe('the probes', () => {
  let exchange: Exchange;
  before(async () => {
    exchange = await startExchange();
  });
  after(() => exchange.close());

  test('a process that serves lives and is ready, and says so without a token', async () => {
    const health = await probe(exchange, '/health');
    assert.deepEqual([health.status, health.body], [200, { status: 'ok' }]);
    const readiness = await probe(exchange, '/ready?verbose=1');
    assert.deepEqual([readiness.status, readiness.body], [200, ready]);
    for (const path of ['/health', '/ready', '/metrics']) {
      const head = await probe(exchange, path, 'HEAD');
      assert.deepEqual([head.status, head.text], [200, ''], path);
    }
  });

  test('nothing else comes without a token: not below them, not by another method, not to customers', async () => {
    for (const path of ['/health/', '/ready/store', '/metrics/all', '/Health'])
      assertRefused(await probe(exchange, path), 401, -9401);
    assertRefused(await probe(exchange, '/health', 'POST'), 401, -9401);
    for (const path of ['/health', '/ready', '/metrics'])
      assert.equal((await exchange.request('GET', path)).status, 404, path);
  });

  test('the description of the API tells of them', async () => {
    const { body } = await probe(exchange, '/openapi.json');
    for (const path of ['/health', '/ready', '/metrics']) assert.ok(body.info.description.includes(path));
  });

  test('in the maintenance of the exchange it is ready: it answers that there is maintenance', async () => {
    await done(exchange, 'PUT', '/system-status', { status: 1 });
    const readiness = await probe(exchange, '/ready');
    assert.deepEqual([readiness.status, readiness.body], [200, ready]);
    await done(exchange, 'PUT', '/system-status', { status: 0 });
  });

  test('told to stop it is not ready at once, lives, serves on, and lets connections go', async () => {
    exchange.server.drain();
    const readiness = await probe(exchange, '/ready');
    assert.deepEqual(
      [readiness.status, readiness.body],
      [503, { status: 'not ready', store: 'ok', draining: true }],
    );
    assert.equal((await probe(exchange, '/health')).status, 200);
    const served = await exchange.request('GET', '/api/v3/ping');
    assert.deepEqual([served.status, served.headers.get('connection')], [200, 'close']);
    await exchange.restart();
    assert.equal((await probe(exchange, '/ready')).status, 200);
  });
});

test('without its store a process lives and is not ready, until the store is back', {
  skip: skipWithoutPostgres,
}, async () => {
  const cluster = await startPostgres();
  const database = await cluster.createDatabase();
  const proxy = new TcpProxy(cluster.port);
  const url = database.replace(`:${cluster.port}/`, `:${await proxy.start()}/`);
  const exchange = await startExchange(['--database-url', url]);
  const isReady = async () => (await probe(exchange, '/ready')).status === 200;
  try {
    assert.equal(await isReady(), true);
    proxy.open = false;
    proxy.dropAll();
    const { body } = await eventually(
      () => probe(exchange, '/ready'),
      ({ status }) => status === 503,
    );
    assert.deepEqual(body, { status: 'not ready', store: 'unavailable', draining: false });
    assert.equal((await probe(exchange, '/health')).status, 200);
    assert.equal((await fetch(`${exchange.operatorUrl}/metrics`)).status, 200);
    proxy.open = true;
    await eventually(isReady, (answer) => answer);
  } finally {
    proxy.open = true;
    await exchange.close();
    proxy.stop();
    await cluster.stop();
  }
});

/** The first answer that is as wished. */
async function eventually<T>(look: () => Promise<T>, isWished: (answer: T) => boolean): Promise<T> {
  const deadline = performance.now() + 20_000;
  for (;;) {
    const answer = await look();
    if (isWished(answer)) return answer;
    assert.ok(performance.now() < deadline, JSON.stringify(answer));
  }
}

describe('readiness', () => {
  test('asks the store at most once in a second, however many ask', async () => {
    let nowMs = 0;
    let asked = 0;
    const readiness = new Readiness(
      async () => {
        asked += 1;
      },
      () => nowMs,
    );
    await Promise.all([readiness.check(), readiness.check()]);
    nowMs = 999;
    assert.equal((await readiness.check()).ready, true);
    assert.equal(asked, 1);
    nowMs = 1000;
    await readiness.check();
    assert.equal(asked, 2);
  });

  test('gives a store that hangs one second, and never asks it twice at a time', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    let nowMs = 0;
    let asked = 0;
    const answer = Promise.withResolvers<void>();
    const readiness = new Readiness(
      () => {
        asked += 1;
        return answer.promise;
      },
      () => nowMs,
    );
    const checkAfter = async (ms: number) => {
      const report = readiness.check();
      await turn();
      t.mock.timers.tick(ms);
      nowMs += ms;
      return report;
    };
    assert.deepEqual(await checkAfter(1000), { ready: false, store: 'unavailable', draining: false });
    assert.equal((await checkAfter(1000)).ready, false);
    assert.equal(asked, 1);
    answer.resolve();
    await turn();
    assert.equal((await readiness.check()).ready, true);
    assert.equal(asked, 2);
  });

  test('takes a store that fails for one that does not answer', async () => {
    const readiness = new Readiness(
      () => Promise.reject(new Error('gone')),
      () => 0,
    );
    assert.equal((await readiness.check()).store, 'unavailable');
  });
});
