/** Malformed, oversized and hostile HTTP always gets an answer with the error body, never 5xx, and does no harm. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import { accountStatus } from '../../src/contract/wapi/account-status.ts';
import { depositAddress } from '../../src/contract/wapi/deposit-address.ts';
import { withdraw } from '../../src/contract/wapi/withdraw.ts';
import { assertRejected, ContractWorld, insideAddress } from './contract-world.ts';
import { sendBytes, type WireReply } from './wire.ts';

let world: ContractWorld;
before(async () => {
  world = await ContractWorld.start();
});
after(() => world.close());
afterEach(async () => {
  const { status } = await world.send({ method: 'GET', target: '/api/v3/ping' });
  assert.equal(status, 200, 'the server keeps serving');
});

const raw = (bytes: string): Promise<WireReply> => sendBytes(world.exchange.server.port, bytes);
const lines = (...text: readonly string[]) => `${text.join('\r\n')}\r\n\r\n`;
const close = 'Connection: close';

function assertErrorBody({ status, headers, text }: WireReply, expected: number, sent: string): void {
  assert.equal(status, expected, `${sent.slice(0, 80)}: ${text}`);
  assert.equal(headers['content-type'], 'application/json;charset=utf-8', sent);
  const body = JSON.parse(text) as Record<string, unknown>;
  assert.deepEqual(Object.keys(body), ['success', 'code', 'msg']);
  assert.ok(Number(body.code) < 0);
}

test('malformed HTTP is answered 400 with the error body', async () => {
  for (const bytes of [
    'HELLO\r\n\r\n',
    '\u0000\u0001\u0002\u0003\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    lines('get /api/v3/ping HTTP/1.1', 'Host: x'),
    lines('NOSUCHMETHOD /api/v3/ping HTTP/1.1', 'Host: x'),
    lines('GET /api/v3/ping HTTP/9.9', 'Host: x'),
    lines('GET /api/v3/ping HTTP/1.1', 'Host: x', 'No colon here'),
    lines('GET /api/v3/ping HTTP/1.1', 'Host: x', 'A\u0000B: c'),
    lines('GET /api/v3/ping HTTP/1.1', 'Host: x', 'A: b\u0000c'),
    lines('GET /api/v3/\u0000ping HTTP/1.1', 'Host: x'),
    lines('PRI * HTTP/2.0', '', 'SM'),
    lines('POST /wapi/v3/withdraw.html HTTP/1.1', 'Host: x', 'Content-Length: -1'),
    lines('POST /wapi/v3/withdraw.html HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Content-Length: 2'),
    lines(
      'POST /wapi/v3/withdraw.html HTTP/1.1',
      'Host: x',
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
    ),
    `${lines('POST /wapi/v3/withdraw.html HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked')}zz\r\n\r\n`,
  ])
    assertErrorBody(await raw(bytes), 400, JSON.stringify(bytes));
});

test('an upgrade request is answered as a normal request, and the connection is closed', async () => {
  const upgrade = ['Host: x', 'Connection: upgrade', 'Upgrade: websocket'];
  for (const body of ['', 'a=b']) {
    const reply = await raw(
      `${lines('GET /api/v3/ping HTTP/1.1', ...upgrade, `Content-Length: ${body.length}`)}${body}`,
    );
    assert.deepEqual([reply.status, reply.headers.connection], [200, 'close'], body);
  }
  // This one is answered before its body is read.
  const head = ['POST /wapi/v3/withdraw.html HTTP/1.1', ...upgrade, 'Content-Type: /', 'Content-Length: 3'];
  const rejected = await raw(`${lines(...head)}a=b`);
  assert.deepEqual([rejected.status, rejected.headers.connection], [400, 'close'], rejected.text);
});

test('an oversized head is answered 431, an oversized URL 414, an oversized body 413', async () => {
  const huge = lines('GET /api/v3/ping HTTP/1.1', 'Host: x', close, `X-Long: ${'x'.repeat(20_000)}`);
  assertErrorBody(await raw(huge), 431, 'head');
  const many = Array.from({ length: 3000 }, (_, index) => `H${index}: ${index}`);
  assertErrorBody(await raw(lines('GET /api/v3/ping HTTP/1.1', 'Host: x', close, ...many)), 431, 'headers');
  const long = lines(`GET /api/v3/ping?${'x'.repeat(9000)} HTTP/1.1`, 'Host: x', close);
  assertErrorBody(await raw(long), 414, 'URL');
  const body = 'x'.repeat(64 * 1024 + 1);
  for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
    const reply = await world.send({ method: 'POST', target: '/wapi/v3/withdraw.html', headers, body });
    assertRejected(reply, 'parameters-too-many', {
      status: 413,
      reason: 'the body is longer than 65536 bytes',
    });
  }
  const announced = lines(
    'POST /wapi/v3/withdraw.html HTTP/1.1',
    'Host: x',
    close,
    'Content-Type: application/x-www-form-urlencoded',
    'Content-Length: 99999999999',
  );
  assertErrorBody(await raw(announced), 413, 'announced');
});

test('unusual but valid HTTP is served like any other', async () => {
  for (const head of [
    ['GET /api/v3/ping HTTP/1.1'],
    ['GET /api/v3/ping HTTP/1.0'],
    ['GET http://elsewhere.example/api/v3/ping?x HTTP/1.1', 'Host: elsewhere.example'],
    ['GET /api/v3/ping HTTP/1.1', 'Host: x', 'Expect: the-unexpected'],
    ['GET /api/v3/ping HTTP/1.1', 'Host: x', 'Upgrade: websocket'],
    ['GET /api/v3/ping? HTTP/1.1', 'Host: x', 'Content-Type: ;;;', 'Content-Length: 0'],
  ]) {
    const { status, text } = await raw(lines(...head, close));
    assert.deepEqual([status, text], [200, '{}'], head.join());
  }
});

test('methods that no path supports are answered 405', async () => {
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND', 'PURGE', 'TRACE', 'QUERY']) {
    assertRejected(await world.send({ method, target: '/wapi/v3/withdraw.html' }), 'method-not-allowed');
    assertRejected(await world.send({ method, target: '/nowhere' }), 'path-unknown', {
      path: '/nowhere',
    });
  }
  const tunnel = await raw(lines('CONNECT example.com:443 HTTP/1.1', 'Host: x'));
  assertErrorBody(tunnel, 405, 'CONNECT');
});

test('the body of a GET is ignored', async () => {
  const operation = accountStatus;
  const request = world.requestOf({ operation });
  for (const type of ['application/x-www-form-urlencoded', 'application/json', 'image/png'])
    for (const body of ['timestamp=1&signature=2', '{"a":', '\u0000', 'x'.repeat(100_000)]) {
      const headers = { ...request.headers, 'content-type': type };
      const reply = await world.send({ ...request, headers, body }, operation);
      assert.equal(reply.status, 200, reply.text);
    }
});

test('an invalid content type is rejected by name', async () => {
  for (const type of [';', 'form', 'a b/c', '/'.repeat(500)]) {
    const call = {
      operation: withdraw,
      body: 'amount=1',
      headers: { 'content-type': type },
    };
    const reply = await world.call(call);
    assert.equal(reply.status, 400, reply.text);
    assert.match(reply.text, /-1130.*Content-Type/);
  }
});

test('invalid UTF-8 is rejected in parameters and ignored elsewhere', async () => {
  const operation = depositAddress;
  const rejected = await world.call({ operation, query: 'asset=%80%81' });
  assertRejected(rejected, 'parameter-illegal-characters', {
    parameter: 'asset',
    legalRange: 'percent-encoded UTF-8 without control characters',
  });
  const ignored = await world.call({ operation, query: 'asset=ETH&other=%80%81&%80=1' });
  assert.equal(ignored.status, 200, ignored.text);
  const bytes = lines('GET /api/v3/ping?\u0080\u00ff HTTP/1.1', 'Host: x', close);
  assert.ok([200, 400].includes((await raw(bytes)).status));
});

test('a body of raw bytes is signed as sent', async () => {
  const query = `asset=ETH&address=${insideAddress}&amount=0.1`;
  const call = { operation: withdraw, query };
  const reply = await world.call({ ...call, body: 'name=Größe' });
  assert.equal(reply.status, 200, reply.text);
  const stored = await world.exchange.server.reads.latest('withdrawals', { limit: 1, offset: 0 });
  assert.equal(stored[0]?.name, 'Größe');
});

test('impossible keys are reported as malformed', async () => {
  const operation = accountStatus;
  for (const apiKey of ['', ' ', 'x'.repeat(63), 'x'.repeat(65), `${'x'.repeat(63)}é`, 'x'.repeat(7000)])
    assertRejected(await world.call({ operation, key: { apiKey } }), 'key-malformed');
  const { target } = world.requestOf({ operation });
  assertRejected(await world.send({ method: 'GET', target }), 'key-malformed');
  const lower = world.master.apiKey.toLowerCase();
  const other = lower === world.master.apiKey ? lower.toUpperCase() : lower;
  assertRejected(await world.call({ operation, key: { ...world.master, apiKey: other } }), 'key-rejected');
});

test('abandoned and broken connections affect nobody else', async () => {
  const head = lines('POST /wapi/v3/withdraw.html HTTP/1.1', 'Host: x', 'Content-Length: 10');
  for (const bytes of ['', 'POST /wa', head, `${head}abc`]) {
    await new Promise<void>((resolve) => {
      const socket = connect(world.exchange.server.port, '127.0.0.1', () => {
        socket.write(bytes || ' ', () => socket.resetAndDestroy());
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });
  }
});

test('pipelined requests are answered in order', async () => {
  const request = (path: string, last = false) =>
    lines(`GET ${path} HTTP/1.1`, 'Host: x', ...(last ? [close] : []));
  const { text } = await raw(
    `${request('/api/v3/ping')}${request('/nowhere')}${request('/api/v3/time', true)}`,
  );
  assert.match(text, /^\{\}HTTP\/1.1 404[\s\S]*-1099[\s\S]*"serverTime"/);
});

test('a request refused at the HTTP level gets the error body of its dialect, also after many slashes', async () => {
  for (const [path, fields] of [
    ['/wapi/v3/withdraw.html', ['success', 'code', 'msg']],
    ['/sapi/v1/asset/dust-btc', ['code', 'msg']],
    ['//sapi/v1/asset/dust-btc', ['code', 'msg']],
  ] as const) {
    const malformed = ['Content-Type: a;b', 'Content-Length: 1', close];
    const { status, text } = await raw(`${lines(`POST ${path} HTTP/1.1`, 'Host: x', ...malformed)}x`);
    assert.deepEqual([status, Object.keys(JSON.parse(text))], [400, fields], text);
  }
});
