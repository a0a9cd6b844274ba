/**
 * WebSocket connections of a listener, with a clock that the tests advance: pings, age, slow readers, the drain, and
 * upgrades that are refused.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, suite, test } from 'node:test';
import { WebSocket } from 'ws';
import { HttpListener } from '../../src/http/http-listener.ts';
import type { RawReply } from '../../src/http/http-message.ts';
import type {
  ChannelEnd,
  MessageChannel,
  MessageHandler,
} from '../../src/http/web-socket/message-channel.ts';
import { certificate, certificateKey } from '../support/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { readAll } from '../support/sockets.ts';

const path = '/ws-api/v3';

let clock: ManualClock;
let listener: HttpListener;
let port: number;
let channels: MessageChannel[];
let messages: string[];
let ends: ChannelEnd[];
let refusal: RawReply | undefined;
let onMessage: MessageHandler['onMessage'];
let sockets: WebSocket[];

beforeEach(async () => {
  clock = new ManualClock();
  [channels, messages, ends, sockets] = [[], [], [], []];
  refusal = undefined;
  onMessage = () => undefined;
  listener = new HttpListener({
    clock,
    host: '127.0.0.1',
    port: 0,
    trustProxy: false,
    handle: async ({ target }) => ({ status: 404, body: JSON.stringify({ target }) }),
    refuse: ({ status, reason }) => ({ status, body: JSON.stringify({ reason }) }),
    upgrade: {
      isPath: (each) => each === path,
      admit: async () => refusal ?? createHandler,
      onEnd: (end) => ends.push(end),
    },
  });
  port = await listener.start();
});
afterEach(async () => {
  for (const each of sockets) each.terminate();
  await eventually(
    async () => ends.length,
    (ended) => ended === channels.length,
  );
  await listener.close();
});

function createHandler(channel: MessageChannel): MessageHandler {
  channels.push(channel);
  return {
    onMessage: (text) => {
      messages.push(text);
      return onMessage(text);
    },
    onDraining: () => channel.send('draining'),
    onEnd: () => {},
  };
}

async function open(options: object = {}): Promise<{ socket: WebSocket; channel: MessageChannel }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, options);
  socket.on('error', () => {});
  sockets.push(socket);
  await once(socket, 'open');
  return { socket, channel: channels.at(-1) as MessageChannel };
}

const closing = async (socket: WebSocket) => {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  return `${code} ${reason}`;
};

/** Waits until exactly these connections have ended. */
async function ended(...expected: readonly ChannelEnd[]): Promise<void> {
  await eventually(
    async () => ends.length,
    (count) => count >= expected.length,
  );
  assert.deepEqual(ends, expected);
}

suite('pings', () => {
  test('a client that answers stays connected for 24 hours', async () => {
    const { socket } = await open();
    const closed = closing(socket);
    for (let hour = 1; hour < 24; hour += 1) {
      const pinged = once(socket, 'ping');
      clock.stall(3_600_000 - 20_000);
      clock.advance(20_000);
      await pinged;
      // The pong has arrived when a later message has.
      socket.send(`hour ${hour}`);
      await eventually(
        async () => messages.length,
        (count) => count === hour,
      );
    }
    assert.equal(socket.readyState, WebSocket.OPEN);
    clock.stall(3_600_000);
    clock.advance(20_000);
    assert.equal(await closed, '1000 a connection lasts at most 24 hours');
    await ended('too-old');
  });

  test('a client that does not answer is disconnected after a minute', async () => {
    const { socket } = await open({ autoPong: false });
    let pings = 0;
    socket.on('ping', () => {
      pings += 1;
    });
    clock.advance(20_000);
    await eventually(
      async () => pings,
      (count) => count === 1,
    );
    clock.advance(40_000);
    await eventually(
      async () => pings,
      (count) => count === 3,
    );
    assert.equal(socket.readyState, WebSocket.OPEN);
    const closed = closing(socket);
    clock.advance(20_000);
    assert.equal(await closed, '1008 no pong within a minute');
    await ended('no-pong');
  });

  test('unsolicited pongs are accepted', async () => {
    const { socket } = await open();
    socket.pong('hello');
    socket.send('after');
    await eventually(
      async () => messages.length,
      (count) => count === 1,
    );
    assert.equal(socket.readyState, WebSocket.OPEN);
  });
});

test('with TLS the connection is encrypted', async () => {
  const secure = new HttpListener({
    clock,
    host: '127.0.0.1',
    port: 0,
    trustProxy: false,
    tls: { cert: certificate, key: certificateKey },
    handle: async () => ({ status: 404, body: '{}' }),
    refuse: ({ status }) => ({ status, body: '{}' }),
    upgrade: {
      isPath: (each) => each === path,
      admit: async () => createHandler,
      onEnd: (end) => ends.push(end),
    },
  });
  const socket = new WebSocket(`wss://127.0.0.1:${await secure.start()}${path}`, { ca: certificate });
  await once(socket, 'open');
  const received = once(socket, 'message');
  channels.at(-1)?.send('hello');
  assert.equal(String((await received)[0]), 'hello');
  const closed = closing(socket);
  await secure.close();
  assert.equal(await closed, '1001 the server is stopping');
});

suite('messages', () => {
  test('are handled one after the other, in their order', async () => {
    const release: (() => void)[] = [];
    onMessage = () => new Promise((resolve) => release.push(resolve));
    const { socket } = await open();
    for (const each of ['a', 'b', 'c']) socket.send(each);
    for (const expected of [['a'], ['a', 'b'], ['a', 'b', 'c']]) {
      await eventually(
        async () => messages.length,
        (count) => count === expected.length,
      );
      assert.deepEqual(messages, expected);
      assert.equal(release.length, expected.length);
      release.at(-1)?.();
    }
  });

  test('a client that reads too slowly is disconnected, and nothing more is buffered for it', async () => {
    const { socket, channel } = await open();
    socket.pause();
    const text = 'x'.repeat(64 * 1024);
    let sent = 0;
    const send = async () => {
      for (let each = 0; each < 16; each += 1) channel.send(text);
      sent += 16 * text.length;
      clock.advance(100);
      return ends.length;
    };
    await eventually(send, (count) => count === 1);
    await ended('slow-reader');
    // Beyond the limit of 256 KiB there are only the buffers of the operating system.
    assert.ok(sent < 64 * 1024 * 1024, String(sent));
  });

  test('a message that is not UTF-8 ends its connection, and no other', async () => {
    const { socket } = await open();
    const { socket: other } = await open();
    socket.send(Buffer.from([0xff, 0xfe]), { binary: false });
    assert.match(await closing(socket), /^1007/);
    other.send('still here');
    await eventually(
      async () => messages.length,
      (count) => count === 1,
    );
    await ended('broken');
  });
});

suite('the drain', () => {
  test('is announced to all connections, which the stop then closes', async () => {
    const { socket } = await open();
    const announced = once(socket, 'message');
    listener.startDraining();
    assert.equal(String((await announced)[0]), 'draining');
    assert.equal(socket.readyState, WebSocket.OPEN);
    const closed = closing(socket);
    await listener.close();
    assert.equal(await closed, '1001 the server is stopping');
  });

  test('the stop does not wait for a client that does not answer', async () => {
    const { socket } = await open();
    socket.pause();
    const closed = listener.close();
    await eventually(
      async () => clock.advance(1000),
      () => ends.length === 1,
    );
    await closed;
    await ended('draining');
  });
});

suite('upgrades', () => {
  const request = (target: string, ...lines: readonly string[]) =>
    [`GET ${target} HTTP/1.1`, 'Host: x', ...lines]
      .map((line) => `${line}\r\n`)
      .join('')
      .concat('\r\n');
  const asked = ['Connection: Upgrade', 'Upgrade: websocket'];
  const complete = [...asked, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];

  /** Everything that the server sends until it closes. */
  async function answerTo(text: string): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.write(text);
    const answer = readAll(socket);
    // Time passes, because the server waits before it closes.
    const advancing = setInterval(() => clock.advance(1000), 50);
    try {
      return await answer;
    } finally {
      clearInterval(advancing);
    }
  }

  test('a refusal has a status and a body, and closes the connection', async () => {
    refusal = { status: 429, headers: { 'retry-after': '7' }, body: '{"code":-1003}' };
    const answer = await answerTo(request(path, ...complete));
    assert.match(answer, /^HTTP\/1\.1 429 /);
    assert.match(answer, /retry-after: 7\r\n/);
    assert.ok(answer.endsWith('\r\n\r\n{"code":-1003}'), answer);
  });

  test('without a valid key or version, the reason is in the body', async () => {
    assert.match(await answerTo(request(path, ...asked)), /^HTTP\/1\.1 400 [\s\S]*Sec-WebSocket-Key/);
    const old = complete.map((line) => line.replace('13', '7'));
    assert.match(await answerTo(request(path, ...old)), /^HTTP\/1\.1 400 [\s\S]*Sec-WebSocket-Version/);
  });

  test('on another path, with another protocol or method, the upgrade is answered like any request', async () => {
    const others = [
      request('/ws/key', ...complete),
      request(path, 'Connection: Upgrade', 'Upgrade: h2c'),
      request(path, ...complete).replace('GET', 'POST'),
    ];
    for (const each of others) assert.match(await answerTo(each), /^HTTP\/1\.1 404 /);
    assert.equal(channels.length, 0);
  });

  test('slashes are collapsed, and a query is allowed', async () => {
    for (const target of [`/${path}/`, `${path}?a=b`]) {
      const socket = connect(port, '127.0.0.1');
      socket.write(request(target, ...complete));
      const [first] = (await once(socket, 'data')) as [Buffer];
      assert.match(String(first), /^HTTP\/1\.1 101 /);
      socket.destroy();
    }
    await eventually(
      async () => ends.length,
      (count) => count === 2,
    );
    await ended('broken', 'broken');
  });

  test('behind an unanswered request on the same connection, the upgrade is answered like any request', async () => {
    const answer = await answerTo(request('/first') + request(path, ...complete));
    assert.equal(answer.match(/HTTP\/1\.1 404 /g)?.length, 2);
    assert.equal(channels.length, 0);
  });
});
