/** A request that takes too long to arrive is rejected, whichever part is late, without affecting others. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { systemClock } from '../../src/clock/system-clock.ts';
import { HttpListener } from '../../src/http/http-listener.ts';
import type { Refusal } from '../../src/http/http-message.ts';
import { readAll } from '../support/sockets.ts';

const requestTimeoutMs = 300;
const timeLimit = { timeout: 20_000 };

const refusals: Refusal[] = [];
let handled = 0;
let port: number;
const listener = new HttpListener({
  clock: systemClock,
  host: '127.0.0.1',
  port: 0,
  trustProxy: false,
  requestTimeoutMs,
  handle: async ({ body }) => {
    handled += 1;
    return { status: 200, body: `got ${body}` };
  },
  refuse: (refusal) => {
    refusals.push(refusal);
    return { status: refusal.status, body: refusal.reason };
  },
});
before(async () => {
  port = await listener.start();
});
after(() => listener.close());

const late = {
  'a head that never ends': ['GET / HTTP/1.1\r\nHost: x\r\n'],
  'a body that never ends': ['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n...'],
  'a chunk that never arrives': [
    'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n',
  ],
  'a head that trickles in': ['GET / HTTP/1.1\r\n', ...Array.from({ length: 200 }, (_, n) => `H${n}: 1\r\n`)],
  'a body that trickles in': [
    'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n',
    ...Array.from({ length: 200 }, () => 'a'),
  ],
};

for (const [what, pieces] of Object.entries(late)) {
  test(`${what} is answered 408, and its connection is closed`, timeLimit, async () => {
    refusals.length = handled = 0;
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    const answer = readAll(socket);
    const [first = '', ...rest] = pieces;
    socket.write(first);
    const drops = setInterval(() => {
      const piece = rest.shift();
      if (piece !== undefined && socket.writable) socket.write(piece);
    }, requestTimeoutMs / 10);
    const text = await answer;
    clearInterval(drops);
    // Leave the server time to handle the closed connection.
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.match(text, /^HTTP\/1\.1 408 .*\r\nconnection: close\r\n.*the request did not arrive in time$/s);
    assert.deepEqual(
      refusals.map(({ status }) => status),
      [408],
      'said once',
    );
    assert.equal(handled, 0, 'nothing was done');
  });
}

test(
  'requests that arrive in time are answered meanwhile, on a connection that is idle between them',
  timeLimit,
  async () => {
    handled = 0;
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8');
    for (let round = 0; round < 3; round += 1) {
      const reply = once(socket, 'data');
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na');
      socket.write('bc');
      assert.match(String(await reply), /^HTTP\/1\.1 200 OK.*got abc$/s);
      await new Promise((resolve) => setTimeout(resolve, requestTimeoutMs * 1.5));
    }
    assert.equal(handled, 3);
    socket.destroy();
  },
);

test('a request whose connection breaks is neither answered nor counted', timeLimit, async () => {
  refusals.length = handled = 0;
  const socket = connect(port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n...');
  await once(socket, 'data');
  socket.resetAndDestroy();
  await new Promise((resolve) => setTimeout(resolve, requestTimeoutMs));
  assert.deepEqual([refusals, handled], [[], 0]);
});
