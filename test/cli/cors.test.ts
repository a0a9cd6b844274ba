/** A page of an allowed origin can read every error reply to a request whose Origin header was received. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '../../src/clock/system-clock.ts';
import { HttpListener } from '../../src/http/http-listener.ts';
import { readConfig } from '../../src/runtime/config.ts';
import { bindCustomerListener } from '../../src/runtime/customer-listener.ts';
import { sendBytes, sendRequest, type WireReply } from '../contract/wire.ts';
import { startExchange } from '../support/exchange.ts';

const origin = 'https://app.example.com';
const other = 'https://evil.example.com';
const preflight = { origin, 'access-control-request-method': 'GET' };
const flags = ['--cors-origins', origin, '--weight-per-minute', '0'];

let exchange: Awaited<ReturnType<typeof startExchange>>;
before(async () => {
  exchange = await startExchange(flags);
});
after(() => exchange.close());

const longPath = `/api/v3/ping?${'x'.repeat(9000)}`;
const head = (requestLine: string, from: string, ...lines: readonly string[]) =>
  [`${requestLine} HTTP/1.1`, 'Host: x', `Origin: ${from}`, ...lines, '', ''].join('\r\n');

function assertReadable({ headers }: WireReply, from: string): void {
  assert.equal(headers['access-control-allow-origin'], from === origin ? origin : undefined);
  assert.equal(headers.vary, 'Origin');
  if (from !== origin) return;
  const exposed = String(headers['access-control-expose-headers']).split(', ');
  for (const name of ['X-MBX-USED-WEIGHT-1M', 'X-SAPI-USED-UID-WEIGHT-1S', 'Retry-After'])
    assert.ok(exposed.includes(name), name);
}

test('errors at the HTTP level can be read by pages of allowed origins only', async () => {
  const { port } = exchange.server;
  const post = '/wapi/v3/withdraw.html';
  for (const from of [origin, other]) {
    const headers = { origin: from };
    const body = 'x'.repeat(70_000);
    const replies: readonly (readonly [number, WireReply])[] = [
      [413, await sendRequest(port, { method: 'POST', target: post, headers, body })],
      [414, await sendRequest(port, { method: 'GET', target: longPath, headers })],
      [405, await sendRequest(port, { method: 'DELETE', target: post, headers })],
      [405, await sendBytes(port, head('CONNECT x:443', from))],
      [400, await sendBytes(port, `${head(`POST ${post}`, from, 'Transfer-Encoding: chunked')}zz\r\n`)],
      [
        400,
        await sendRequest(port, {
          method: 'POST',
          target: post,
          headers: { ...headers, 'content-type': '' },
        }),
      ],
    ];
    for (const [status, reply] of replies) {
      assert.equal(reply.status, status, reply.text);
      assertReadable(reply, from);
    }
  }
});

test('a timeout of the body can be read by the page; an incomplete head has no origin', async (t) => {
  const listener = new HttpListener({
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    trustProxy: false,
    corsOrigins: [origin],
    requestTimeoutMs: 120,
    handle: async () => ({ status: 200, body: '' }),
    refuse: ({ status, reason }) => ({ status, body: reason }),
  });
  const port = await listener.start();
  t.after(() => listener.close());
  for (const from of [origin, other]) {
    const late = await sendBytes(port, `${head('POST /', from, 'Content-Length: 9')}half`);
    assert.equal(late.status, 408);
    assertReadable(late, from);
  }
  const headless = await sendBytes(port, `GET / HTTP/1.1\r\nOrigin: ${origin}\r\n`);
  assert.deepEqual([headless.status, headless.headers.vary], [408, undefined]);
});

test('a page can read that the server is starting', async (t) => {
  const config = readConfig([...flags, '--host', '127.0.0.1', '--port', '0'], {});
  const listener = await bindCustomerListener(config, systemClock);
  const { port } = listener;
  t.after(() => listener.close());
  await listener.route();
  const asked = await sendRequest(port, { method: 'OPTIONS', target: '/api/v3/ping', headers: preflight });
  assert.equal(asked.status, 200);
  assertReadable(asked, origin);
  const requests = [
    { method: 'GET', target: '/api/v3/ping', headers: { origin } },
    { method: 'GET', target: longPath, headers: { origin } },
  ];
  for (const request of requests) {
    const reply = await sendRequest(port, request);
    assert.equal(reply.status, 503);
    assertReadable(reply, origin);
  }
  const tunnel = await sendBytes(port, head('CONNECT x:443', origin));
  assert.equal(tunnel.status, 503);
  assertReadable(tunnel, origin);
});

test('a preflight of an allowed origin is answered 200 even if its request will be rejected', async (t) => {
  const limited = await startExchange(['--cors-origins', origin, '--weight-per-minute', '5']);
  const { port } = limited.server;
  t.after(() => limited.close());
  const seen = new Set<number>();
  for (let sent = 0; sent < 100 && !seen.has(418); sent += 1) {
    const asked = await sendRequest(port, { method: 'OPTIONS', target: longPath, headers: preflight });
    assert.equal(asked.status, 200, asked.text);
    assertReadable(asked, origin);
    const reply = await sendRequest(port, { method: 'GET', target: longPath, headers: { origin } });
    assertReadable(reply, origin);
    seen.add(reply.status);
  }
  assert.deepEqual([...seen].sort(), [414, 418, 429]);
  const foreign = await sendRequest(port, {
    method: 'OPTIONS',
    target: '/api/v3/ping',
    headers: { ...preflight, origin: other },
  });
  assert.equal(foreign.status, 418);
});

test('a page may send Bursar-Fault with the lab, and only then', async (t) => {
  const allowedBy = async (port: number, method: string, target: string) => {
    const headers = { ...preflight, 'access-control-request-method': method };
    const { status, headers: sent } = await sendRequest(port, { method: 'OPTIONS', target, headers });
    assert.equal(status, 200);
    return String(sent['access-control-allow-headers']).split(', ');
  };
  const api = ['X-MBX-APIKEY', 'X-MBX-TIME-UNIT', 'Content-Type'];
  const laboratory = await startExchange([...flags, '--demo', '1', '--lab', '1']);
  t.after(() => laboratory.close());
  const without = await startExchange([...flags, '--demo', '1', '--lab', '0']);
  t.after(() => without.close());
  for (const [method, target] of [
    ['POST', '/wapi/v3/withdraw.html'],
    ['GET', '/api/v3/time'],
    ['GET', longPath],
  ] as const) {
    assert.deepEqual(await allowedBy(laboratory.server.port, method, target), [...api, 'Bursar-Fault']);
    for (const { port } of [exchange.server, without.server])
      assert.deepEqual(await allowedBy(port, method, target), api);
  }
  // The reply that the lab has broken can be read by the page as well.
  const headers = { origin, 'bursar-fault': '504-then-nothing' };
  const broken = await sendRequest(laboratory.server.port, {
    method: 'GET',
    target: '/api/v3/time',
    headers,
  });
  assert.equal(broken.status, 504);
  assertReadable(broken, origin);
});
