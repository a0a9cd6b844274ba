/**
 * Graceful shutdown: the server first reports that it is not ready, accepts requests until clients have noticed,
 * answers all accepted requests, and exits with 0. A request that was not answered has had no effect.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { systemClock } from '../../src/clock/system-clock.ts';
import { demoMaster } from '../../src/demo/demo-accounts.ts';
import { HttpListener } from '../../src/http/http-listener.ts';
import { openSql } from '../support/database.ts';
import { signQuery } from '../support/exchange.ts';
import { readAll } from '../support/sockets.ts';
import { startBursar } from './command-line.ts';

const limits = { timeout: 60_000 };
const clients = 16;
let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-drain-'));
});
const started = new Set<ReturnType<typeof startBursar>>();
const agents = new Set<Agent>();
after(() => {
  for (const agent of agents) agent.destroy();
  // A failed test leaves its server running.
  for (const { child } of started) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

type Running = Awaited<ReturnType<typeof start>>;

async function start(name: string, drainMs: number) {
  const data = join(folder, name);
  const running = startBursar(
    ...['start', '--port', '0', '--operator-port', '0', '--data', data],
    ...['--weight-per-minute', '0', '--drain-ms', `${drainMs}`],
  );
  started.add(running);
  const [, url = ''] = await running.printed(/^Wallet API +(http:\S+)/m);
  const [, operatorUrl = ''] = await running.printed(/^Operator API +(http:\S+?)\/operator/m);
  return { ...running, data, port: Number(new URL(url).port), operatorUrl };
}

/** The outcome of each request as its client knows it, by order id. */
type Journal = { readonly acknowledged: Set<string>; readonly unanswered: Set<string>; closes: number };

const createJournal = (): Journal => ({ acknowledged: new Set(), unanswered: new Set(), closes: 0 });

function createAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agents.add(agent);
  return agent;
}

/** @returns whether there was an answer, which must be a success. */
async function withdraw({ port }: Running, agent: Agent, journal: Journal): Promise<boolean> {
  const orderId = `order-${journal.acknowledged.size}-${Math.random().toString(36).slice(2)}`;
  const path = `/wapi/v3/withdraw.html?${withdrawal(orderId)}`;
  const headers = { 'x-mbx-apikey': demoMaster.apiKey };
  const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers, agent });
  sent.end();
  try {
    const [response] = await once(sent, 'response');
    const body = await new Response(response).text();
    assert.equal(response.statusCode, 200, body);
    journal.acknowledged.add(orderId);
    if (response.headers.connection === 'close') journal.closes += 1;
    return true;
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    journal.unanswered.add(orderId);
    return false;
  }
}

function withdrawal(withdrawOrderId: string): string {
  const address = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
  return signQuery(demoMaster, { asset: 'ETH', address, amount: '0.02', name: 'test', withdrawOrderId });
}

async function readinessOf({ operatorUrl }: Running): Promise<number> {
  return (await fetch(`${operatorUrl}/ready`)).status;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await condition())) {
    assert.ok(performance.now() < deadline, 'timed out');
    await turn();
  }
}

/** Order ids of all withdrawals in the store, whether or not they were acknowledged. */
async function orderIdsIn({ data }: Running): Promise<Set<unknown>> {
  await using sql = openSql({ folder: data });
  const rows = await sql.rows("SELECT order_id FROM withdrawals WHERE order_id LIKE 'order-%'");
  return new Set(rows.map((row) => row.order_id));
}

test(
  'a balancer that checks readiness loses no request, including those that arrive while the server drains',
  limits,
  async () => {
    const server = await start('balanced', 1000);
    const journal = createJournal();
    let isReady = true;
    let afterwards = 0;
    const load = Array.from({ length: clients }, async () => {
      const agent = createAgent();
      while (isReady && (await withdraw(server, agent, journal)));
      // By now the balancer has noticed, but requests forwarded earlier may still arrive.
      if (await withdraw(server, agent, journal)) afterwards += 1;
    });
    await until(async () => (await readinessOf(server)) === 200 && journal.acknowledged.size >= 100);
    server.child.kill('SIGTERM');
    await until(async () => (await readinessOf(server)) === 503);
    isReady = false;
    await Promise.all(load);
    const { code, errors } = await server.finished;
    assert.equal(code, 0, errors);
    assert.deepEqual([...journal.unanswered], []);
    assert.equal(afterwards, clients, 'the listener keeps accepting after readiness has changed');
    assert.ok(journal.closes >= clients, 'answers close their connections');
    assert.deepEqual(await orderIdsIn(server), journal.acknowledged);
  },
);

test(
  'clients that notice nothing are answered or refused: exactly the answered requests are in the books',
  limits,
  async () => {
    const server = await start('stubborn', 0);
    const journal = createJournal();
    const load = Array.from({ length: clients }, async () => {
      const agent = createAgent();
      // A client whose connection was closed may retry on another one.
      while ((await withdraw(server, agent, journal)) || (await isListening(server)));
    });
    await until(() => journal.acknowledged.size >= 100);
    server.child.kill('SIGTERM');
    const { code, errors } = await server.finished;
    assert.equal(code, 0, errors);
    await Promise.all(load);
    assert.ok(journal.closes > 0, 'connections must be closed');
    assert.deepEqual(await orderIdsIn(server), journal.acknowledged);
  },
);

test('a second signal ends the waiting but drops no answer', limits, async () => {
  const server = await start('hurried', 600_000);
  const socket = connect(server.port, '127.0.0.1');
  const body = withdrawal('order-slow');
  const head = [
    'POST /wapi/v3/withdraw.html HTTP/1.1',
    `x-mbx-apikey: ${demoMaster.apiKey}`,
    `content-length: ${body.length}`,
    'expect: 100-continue',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body.slice(0, 10)}`);
  await once(socket, 'data');
  server.child.kill('SIGTERM');
  await until(async () => (await readinessOf(server)) === 503);
  assert.ok(await isListening(server), 'it must wait');
  await until(async () => {
    server.child.kill('SIGTERM');
    return !(await isListening(server));
  });
  assert.equal(server.child.exitCode, null, 'it must complete the request');
  const answer = readAll(socket);
  socket.write(body.slice(10));
  assert.match(await answer, /^HTTP\/1\.1 200 OK\r\nconnection: close\r\n.*"success":true/s);
  assert.equal((await server.finished).code, 0);
  assert.deepEqual(await orderIdsIn(server), new Set(['order-slow']));
});

async function isListening({ port }: Running): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

describe('a closed listener', () => {
  type Held = { readonly target: string; readonly release: () => void };

  /** Requests are answered with their target once they are released. */
  async function listen(drainTimeoutMs: number) {
    const held: Held[] = [];
    const listener = new HttpListener({
      clock: systemClock,
      host: '127.0.0.1',
      port: 0,
      trustProxy: false,
      drainTimeoutMs,
      handle: async ({ target }) => {
        const { promise, resolve } = Promise.withResolvers<void>();
        held.push({ target, release: resolve });
        await promise;
        return { status: 200, body: target };
      },
      refuse: ({ status }) => ({ status, body: '' }),
    });
    const port = await listener.start();
    return { listener, held, port, socket: connect(port, '127.0.0.1') };
  }

  test('answers all requests of a connection and closes it with the last answer', limits, async () => {
    const { listener, held, socket } = await listen(60_000);
    const answers = readAll(socket);
    socket.write('GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n');
    await until(() => held.length === 2);
    const closed = listener.close();
    socket.write('GET /3 HTTP/1.1\r\n\r\n');
    await until(() => held.length === 3);
    for (const { release } of held) release();
    const parts = (await answers).split(/(?=HTTP\/1\.1 )/);
    assert.deepEqual(
      parts.map((part) => [part.split('\r\n\r\n')[1], /^connection: close\r$/im.test(part)]),
      [
        ['/1', false],
        ['/2', false],
        ['/3', true],
      ],
    );
    await closed;
  });

  test('disconnects a request that never ends, but none in progress', limits, async () => {
    const { listener, held, port, socket } = await listen(50);
    const answer = readAll(socket);
    socket.write('GET /worked-on HTTP/1.1\r\n\r\n');
    const endless = connect(port, '127.0.0.1').on('error', () => {});
    endless.write('POST /endless HTTP/1.1\r\nexpect: 100-continue\r\ncontent-length: 9\r\n\r\n...');
    const [received] = await once(endless, 'data');
    assert.match(`${received}`, /^HTTP\/1\.1 100 Continue/, 'its head has arrived');
    await until(() => held.length === 1);
    const cut = new Promise((resolve) => endless.once('close', resolve));
    const closed = listener.close();
    const begunMs = performance.now();
    await until(() => performance.now() - begunMs > 150);
    held[0]?.release();
    assert.match(await answer, /^HTTP\/1\.1 200 OK\r\nconnection: close\r\n.*\/worked-on$/s);
    await Promise.all([cut, closed]);
  });
});
