/** Bytes that clients send besides complete requests never replace a reply, or take one from a request. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { systemClock } from '../../src/clock/system-clock.ts';
import { HttpListener } from '../../src/http/http-listener.ts';
import { readAll } from '../support/sockets.ts';

let handled: string[] = [];
let listener: HttpListener;
afterEach(() => listener.close());

/** Echoes the targets of requests; an upgrade to `/ws` is refused with its own reply. */
function create(): HttpListener {
  handled = [];
  listener = new HttpListener({
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    trustProxy: false,
    handle: async ({ target }) => {
      handled.push(target);
      return { status: 200, body: `<${target}>` };
    },
    refuse: ({ status, reason }) => ({ status, body: reason }),
    upgrade: {
      isPath: (path) => path === '/ws',
      admit: async () => ({ status: 403, body: '<upgrade refused>' }),
    },
  });
  return listener;
}

/** Sends the parts, each in a packet of its own. @returns everything that the server sends. */
async function exchange(port: number, ...parts: readonly string[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const text = readAll(socket);
  await once(socket, 'connect');
  for (const part of parts) socket.write(part);
  return text;
}

const requestOf = (line: string, ...headers: readonly string[]) =>
  `${[`${line} HTTP/1.1`, 'Host: x', ...headers].join('\r\n')}\r\n\r\n`;
const upgrade = ['Connection: Upgrade', 'Upgrade: websocket'];
const keys = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
const bodiesIn = (text: string) => text.match(/<[^>]+>/g) ?? [];

test('while there are no routes, malformed HTTP after a request is refused after its reply', async () => {
  const port = await create().listen();
  const text = exchange(port, `${requestOf('GET /1')}G@RBAGE\r\n\r\n`);
  for (let turns = 0; turns < 20; turns += 1) await turn();
  await listener.route();
  assert.match(await text, /<\/1>HTTP\/1\.1 400 [\s\S]*the request is not valid HTTP$/);
  assert.deepEqual(handled, ['/1']);
});

test('an upgrade after requests that wait is answered as their last one', async () => {
  const port = await create().start();
  const rejectedAtOnce = requestOf('OPTIONS /0', 'Content-Length: 0', 'Content-Type: /');
  for (let round = 0; round < 20; round += 1) {
    const text = await exchange(
      port,
      `${rejectedAtOnce}${requestOf('GET /1')}POST /2`,
      ` HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nc`,
      requestOf('GET /ws', ...upgrade, ...keys),
    );
    const [first, second, third] = bodiesIn(text);
    assert.deepEqual([first, second], ['</1>', '</2>'], text);
    assert.ok(['</ws>', '<upgrade refused>'].includes(third ?? ''), text);
  }
});

test('bytes after the last request of a connection are not refused', async () => {
  const port = await create().start();
  for (let round = 0; round < 20; round += 1) {
    const rest = [requestOf('GET /1', 'Connection: close'), requestOf('GET /2')];
    const text = await exchange(port, `${requestOf('GET /0', 'Upgrade: h2c')}${rest.join('')}`);
    assert.deepEqual(bodiesIn(text), ['</0>'], text);
    assert.equal(text.split('HTTP/1.1').length - 1, 1, text);
    assert.match(text, /connection: close\r\n/i);
  }
});
