/** Requests sent without waiting for answers are bounded, answered in order, and do not affect other clients. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { systemClock } from '../../src/clock/system-clock.ts';
import { HttpListener } from '../../src/http/http-listener.ts';
import type { RawReply, RawRequest } from '../../src/http/http-message.ts';
import { readAll } from '../support/sockets.ts';

const maxRunning = 32;
const limits = { timeout: 60_000 };

/** Requests that have started and are not answered yet. */
let running: { readonly request: RawRequest; readonly answer: (reply: RawReply) => void }[] = [];
let begun: string[] = [];
let highestRunning = 0;
let port: number;
let listener: HttpListener;
const sockets = new Set<Socket>();

beforeEach(async () => {
  running = [];
  begun = [];
  highestRunning = 0;
  listener = new HttpListener({
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    trustProxy: false,
    handle: (request) =>
      new Promise((answer) => {
        begun.push(request.target);
        running.push({ request, answer });
        highestRunning = Math.max(highestRunning, running.length);
      }),
    refuse: ({ status, reason, ip }) => ({
      status,
      body: `${reason} (${ip})`,
      headers: { 'x-refused': 'yes' },
    }),
  });
  port = await listener.start();
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  const closed = listener.close();
  answerAll(echo);
  await closed;
});

function open(): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  sockets.add(socket);
  return socket;
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const many = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => get(`/${from + index}`)).join('');

async function until(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    assert.ok(performance.now() < deadline, `timed out: ${begun.length} begun, ${running.length} running`);
    await turn();
  }
}

/** Waits enough turns of the event loop for every request that may start. */
async function waitTurns(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await turn();
}

function answerAll(reply: (request: RawRequest) => RawReply): void {
  for (const { request, answer } of running.splice(0)) answer(reply(request));
}

const echo = ({ target, body }: RawRequest): RawReply => ({ status: 200, body: `<${target}${body}>` });
const bodiesIn = (text: string) => [...text.matchAll(/<\/(\d+)>/g)].map(([, number]) => Number(number));

/** Everything received so far. */
function collect(socket: Socket): () => string {
  const chunks: string[] = [];
  socket.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  return () => chunks.join('');
}

/** Answers running requests until `total` requests have started. */
async function answerUntil(total: number): Promise<void> {
  while (begun.length < total) {
    await until(() => running.length > 0);
    // Newest first: answers must still be sent in order.
    running.reverse();
    answerAll(echo);
  }
  answerAll(echo);
}

test(
  'at most a fixed number of pipelined requests runs at a time; all are answered in order',
  limits,
  async () => {
    const total = 5000;
    const socket = open();
    const text = collect(socket);
    socket.write(many(total));
    await until(() => running.length === maxRunning);
    await waitTurns();
    assert.equal(running.length, maxRunning);
    await answerUntil(total);
    await until(() => text().endsWith(`</${total - 1}>`));
    assert.ok(highestRunning <= maxRunning, `${highestRunning} at a time`);
    const inOrder = Array.from({ length: total }, (_, index) => index);
    assert.deepEqual(bodiesIn(text()), inOrder);
  },
);

test('while the requests of a pipeline are unanswered, its connection is not read', limits, async () => {
  const socket = open();
  await once(socket, 'connect');
  let isTaken = false;
  socket.write(get('/0').repeat(800_000), () => {
    isTaken = true;
  });
  await until(() => running.length === maxRunning);
  // Meanwhile another client is served repeatedly.
  const other = open();
  const text = collect(other);
  for (let round = 1; round <= 20; round += 1) {
    other.write(get(`/${round}`));
    await until(() => running.length > maxRunning);
    const [mine] = running.splice(maxRunning);
    mine?.answer(echo(mine.request));
    await until(() => text().endsWith(`</${round}>`));
  }
  assert.equal(begun.length, maxRunning + 20, 'no further request runs');
  assert.equal(isTaken, false, 'the rest stays with the client');
});

test('bodies in a pipeline arrive complete, even while others wait', limits, async () => {
  const socket = open();
  const text = collect(socket);
  const post = (path: string, body: string) =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const large = 'x'.repeat(60_000);
  socket.write(many(100) + post('/large', large) + post('/small', 'y'));
  await answerUntil(102);
  await until(() => text().endsWith('</smally>'));
  assert.ok(text().includes(`</large${large}>`));
});

test('after an answer that closes the connection, no further requests are accepted', limits, async () => {
  const socket = open();
  const text = readAll(socket);
  socket.write(many(5000));
  await until(() => running.length === maxRunning);
  running.shift()?.answer({ status: 418, body: 'banned', endsConnection: true });
  await turn();
  answerAll(() => ({ status: 418, body: 'banned', endsConnection: true }));
  assert.equal((await text).split('HTTP/1.1 418').length - 1, maxRunning);
  assert.match(await text, /connection: close\r\n[\s\S]*banned$/i);
  assert.equal(begun.length, maxRunning);
});

test(
  "malformed HTTP after valid requests is rejected after their answers, with the client's address",
  limits,
  async () => {
    const socket = open();
    const text = readAll(socket);
    socket.write(`${many(40)}BROKEN\r\n\r\n`);
    await answerUntil(40);
    const [, refusal] = /<\/39>(HTTP\/1\.1 400 [\s\S]*)$/.exec(await text) ?? [];
    assert.match(refusal ?? '', /x-refused: yes\r\n[\s\S]*the request is not valid HTTP \(127\.0\.0\.1\)$/);
  },
);

test('a malformed body after valid requests is rejected after their answers', limits, async () => {
  const socket = open();
  const text = readAll(socket);
  const chunked = 'POST /broken HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n';
  socket.write(many(3) + chunked);
  await until(() => running.length === 3);
  answerAll(echo);
  assert.match(await text, /<\/2>HTTP\/1\.1 400 [\s\S]*not valid HTTP/);
  assert.deepEqual(begun, ['/0', '/1', '/2']);
});

test('CONNECT after valid requests is rejected after their answers', limits, async () => {
  const socket = open();
  const text = readAll(socket);
  socket.write(`${many(3)}CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n`);
  await until(() => running.length === 3);
  answerAll(echo);
  assert.match(await text, /<\/2>HTTP\/1\.1 405 [\s\S]*not a proxy \(127\.0\.0\.1\)$/);
});

test('an upgrade is the last request of its connection', limits, async () => {
  const socket = open();
  const text = readAll(socket);
  const upgrade = 'GET /2 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
  socket.write(many(2) + upgrade + many(2, 3));
  await until(() => running.length === 3);
  answerAll(echo);
  assert.deepEqual(bodiesIn(await text), [0, 1, 2]);
  assert.deepEqual(begun, ['/0', '/1', '/2']);
});

test('the body of an upgrade that waits for earlier replies is still read', limits, async () => {
  const socket = open();
  const text = readAll(socket);
  const head =
    'POST /1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n\r\n';
  socket.write(many(1) + head);
  await until(() => running.length === 1);
  answerAll(echo);
  await waitTurns();
  socket.write('a=b');
  await until(() => running.length === 1);
  answerAll(echo);
  assert.match(await text, /<\/0>[\s\S]*<\/1a=b>$/);
});

test('requests of a disconnected client are not started', limits, async () => {
  const socket = open();
  socket.write(many(500));
  await until(() => running.length === maxRunning);
  socket.resetAndDestroy();
  await once(socket, 'close');
  answerAll(echo);
  const other = open();
  const text = collect(other);
  other.write(get('/1000'));
  await until(() => begun.includes('/1000'));
  await answerUntil(begun.length);
  await until(() => text().endsWith('</1000>'));
  assert.ok(begun.length <= 2 * maxRunning + 1, `${begun.length} begun`);
});

test(
  'while a large reply waits to be sent, later requests of its connection do not start',
  limits,
  async () => {
    const total = 32;
    const socket = open();
    socket.pause();
    socket.write(get('/0'));
    await until(() => running.length === 1);
    answerAll(() => ({ status: 200, body: 'x'.repeat(20_000_000) }));
    socket.write(many(total - 1, 1));
    await waitTurns();
    assert.deepEqual(begun, ['/0'], 'the client does not read');
    let last = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      last = (last + chunk).slice(-20);
    });
    socket.resume();
    for (let done = 1; done < total; done += 1) {
      await until(() => running.length > 0);
      await waitTurns();
      assert.deepEqual(
        begun.slice(done),
        [`/${done}`],
        'one at a time, because the next reply may be as large',
      );
      answerAll(({ target }) => ({ status: 200, body: `${'x'.repeat(300_000)}<${target}>` }));
    }
    await until(() => last.endsWith(`</${total - 1}>`));
  },
);

test('the reply to HEAD has no body, so later requests do not wait for it to be sent', limits, async () => {
  const socket = open();
  const text = collect(socket);
  socket.write('HEAD /0 HTTP/1.1\r\nHost: x\r\n\r\n');
  await until(() => running.length === 1);
  answerAll(() => ({ status: 200, body: 'x'.repeat(300_000) }));
  socket.write(many(4, 1));
  await until(() => running.length === 4);
  answerAll(echo);
  await until(() => text().endsWith('</4>'));
  assert.match(text(), /^HTTP\/1\.1 200 OK\r\n[^<]*content-length: 300000\r\n[^<]*\r\n\r\nHTTP\/1\.1 200 OK/);
  assert.deepEqual(bodiesIn(text()), [1, 2, 3, 4]);
});

test('many pipelines let a single request of another client start between theirs', limits, async () => {
  const floods = Array.from({ length: 100 }, open);
  const other = open();
  const all = [...floods, other];
  for (const socket of all) socket.write(get('/0'));
  const received = all.map((socket) => once(socket, 'data'));
  await answerUntil(all.length);
  await Promise.all(received);
  begun.length = 0;
  for (const socket of floods) socket.write(many(32));
  other.write(get('/other'));
  await until(() => begun.includes('/other'));
  const before = begun.indexOf('/other');
  assert.ok(before < 500, `${before} of 3200 started before`);
  await answerUntil(3201);
});
