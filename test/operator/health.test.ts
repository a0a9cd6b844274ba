/** Liveness and readiness probes: cheap, without a token, available at any time. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Readiness } from '../../src/observability/readiness.ts';
import { eventually } from '../support/eventually.ts';
import { type Exchange, startExchange } from '../support/exchange.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { skipWithoutPostgres, startPostgres } from '../support/postgres.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { ask, assertRejected, done } from './operator-client.ts';

const authorization = '';
const probe = (exchange: Exchange, path: string, method = 'GET') =>
  ask(exchange, method, path, undefined, { authorization });

const ready = { status: 'ready', store: 'ok', changeFeed: 'ok', draining: false };

describe('the probes', () => {
  let exchange: Exchange;
  before(async () => {
    exchange = await startExchange();
  });
  after(() => exchange.close());

  test('a serving process reports live and ready without a token', async () => {
    const health = await probe(exchange, '/health');
    assert.deepEqual([health.status, health.body], [200, { status: 'ok' }]);
    const readiness = await probe(exchange, '/ready?verbose=1');
    assert.deepEqual([readiness.status, readiness.body], [200, ready]);
    for (const path of ['/health', '/ready', '/metrics']) {
      const head = await probe(exchange, path, 'HEAD');
      assert.deepEqual([head.status, head.text], [200, ''], path);
    }
  });

  test("only the probes work without a token, not paths below them, other methods or the customers' port", async () => {
    for (const path of ['/health/', '/ready/store', '/metrics/all', '/Health'])
      assertRejected(await probe(exchange, path), 401, -9401);
    assertRejected(await probe(exchange, '/health', 'POST'), 401, -9401);
    for (const path of ['/health', '/ready', '/metrics'])
      assert.equal((await exchange.request('GET', path)).status, 404, path);
  });

  test('the API description includes the probes', async () => {
    const { body } = await probe(exchange, '/openapi.json');
    for (const path of ['/health', '/ready', '/metrics']) assert.ok(body.info.description.includes(path));
  });

  test('a process is ready during maintenance: it can report the maintenance to customers', async () => {
    await done(exchange, 'PUT', '/system-status', { status: 1 });
    const readiness = await probe(exchange, '/ready');
    assert.deepEqual([readiness.status, readiness.body], [200, ready]);
    await done(exchange, 'PUT', '/system-status', { status: 0 });
  });

  test('a stopping process is unready at once, stays live, keeps serving, and closes connections', async () => {
    exchange.server.drain();
    const readiness = await probe(exchange, '/ready');
    assert.deepEqual(
      [readiness.status, readiness.body],
      [503, { status: 'not ready', store: 'ok', changeFeed: 'ok', draining: true }],
    );
    assert.equal((await probe(exchange, '/health')).status, 200);
    const served = await exchange.request('GET', '/api/v3/ping');
    assert.deepEqual([served.status, served.headers.get('connection')], [200, 'close']);
    await exchange.restart();
    assert.equal((await probe(exchange, '/ready')).status, 200);
  });
});

test('without its store a process is live but not ready, until the store is back', {
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
    assert.equal(body.store, 'unavailable');
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

describe('readiness', () => {
  test('queries the store at most once per second, however many probes arrive', async () => {
    const clock = new ManualClock();
    let asked = 0;
    const readiness = new Readiness({
      askStore: async () => {
        asked += 1;
      },
      feedAgeMs: () => null,
      time: clock.monotonic,
    });
    await Promise.all([readiness.check(), readiness.check()]);
    clock.advance(999);
    assert.equal((await readiness.check()).ready, true);
    assert.equal(asked, 1);
    clock.advance(1);
    await readiness.check();
    assert.equal(asked, 2);
  });

  test('waits one second for a hanging store, and never queries it twice concurrently', async () => {
    const clock = new ManualClock();
    let asked = 0;
    const answer = Promise.withResolvers<void>();
    const readiness = new Readiness({
      askStore: () => {
        asked += 1;
        return answer.promise;
      },
      feedAgeMs: () => null,
      time: clock.monotonic,
    });
    const checkAfter = async (ms: number) => {
      const report = readiness.check();
      await turn();
      clock.advance(ms);
      return report;
    };
    assert.deepEqual(await checkAfter(1000), {
      ready: false,
      store: 'unavailable',
      changeFeed: 'ok',
      draining: false,
    });
    assert.equal((await checkAfter(1000)).ready, false);
    assert.equal(asked, 1);
    answer.resolve();
    await turn();
    assert.equal((await readiness.check()).ready, true);
    assert.equal(asked, 2);
  });

  test('treats a failing store like one that does not answer', async () => {
    const readiness = new Readiness({
      askStore: () => Promise.reject(new Error('gone')),
      feedAgeMs: () => null,
      time: new ManualClock().monotonic,
    });
    assert.equal((await readiness.check()).store, 'unavailable');
  });

  test('a process that has received no heartbeat for five seconds is not ready until it receives one', async () => {
    let feedAgeMs = 5000;
    const readiness = new Readiness({
      askStore: async () => {},
      feedAgeMs: () => feedAgeMs,
      time: new ManualClock().monotonic,
    });
    assert.equal((await readiness.check()).ready, true);
    feedAgeMs = 5001;
    assert.deepEqual(await readiness.check(), {
      ready: false,
      store: 'ok',
      changeFeed: 'unavailable',
      draining: false,
    });
    feedAgeMs = 0;
    assert.equal((await readiness.check()).ready, true);
  });
});
