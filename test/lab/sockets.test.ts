/** Endings at the socket of a listener: exactly what arrives, over TCP and TLS, between other requests of a connection. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { systemClock } from '../../src/clock/system-clock.ts';
import { HttpListener } from '../../src/http/http-listener.ts';
import type { ReplyEnding } from '../../src/http/http-message.ts';
import { certificate, certificateKey } from '../support/certificate.ts';

const body = '{"id":"0123456789"}';
const endings: Readonly<Record<string, ReplyEnding>> = {
  '/reset': { kind: 'reset' },
  '/truncate': { kind: 'truncate', bytes: 7 },
  '/truncate-nothing': { kind: 'truncate', bytes: 1_000_000 },
  '/delay': { kind: 'delay', ms: 30 },
  '/long-delay': { kind: 'delay', ms: 600_000 },
  '/hang': { kind: 'hang', maxMs: 600_000 },
  '/short-hang': { kind: 'hang', maxMs: 20 },
};

/** Emits the target of each request. */
const arrivals = new EventEmitter();

const listenerOf = (tls: boolean) =>
  new HttpListener({
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    trustProxy: false,
    ...(tls && { tls: { cert: certificate, key: certificateKey } }),
    handle: async ({ target }) => {
      arrivals.emit(target);
      const ending = endings[target];
      return { status: 200, body, ...(ending && { ending }) };
    },
    refuse: ({ status, reason }) => ({ status, body: reason }),
  });

/** Sends requests on one connection. @returns everything that arrived until it ended, and the error. */
async function exchange(socket: Socket, ...requests: readonly string[]) {
  let text = '';
  let error: string | undefined;
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  socket.on('error', ({ code }: NodeJS.ErrnoException) => {
    error = code;
  });
  for (const each of requests) socket.write(`${each} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await new Promise((resolve) => socket.on('close', resolve));
  return { text, error };
}

for (const tls of [false, true]) {
  describe(`an ending at the socket over ${tls ? 'TLS' : 'TCP'}`, () => {
    const listener = listenerOf(tls);
    let port = 0;
    before(async () => {
      port = await listener.start();
    });
    after(() => listener.close());

    const open = () =>
      tls ? connectTls({ port, host: '127.0.0.1', ca: certificate }) : connect(port, '127.0.0.1');

    test('a reset loses the reply', async () => {
      const { text, error } = await exchange(open(), 'POST /reset');
      assert.equal(text, '');
      if (!tls) assert.equal(error, 'ECONNRESET');
    });

    test('a truncated reply announces its length, has the bytes that were asked for, and ends', async () => {
      for (const [path, sent] of [
        ['/truncate', body.slice(0, 7)],
        ['/truncate-nothing', body.slice(0, -1)],
      ]) {
        const { text } = await exchange(open(), `POST ${path}`);
        assert.match(text, new RegExp(`content-length: ${body.length}\r\n`));
        assert.equal(text.slice(text.indexOf('\r\n\r\n') + 4), sent);
      }
    });

    test('a reply to HEAD has no body to truncate', async () => {
      const socket = open();
      const ended = exchange(socket, 'HEAD /truncate');
      await once(socket, 'data');
      socket.end();
      assert.match((await ended).text, /^HTTP\/1\.1 200 [\s\S]*\r\n\r\n$/);
    });

    test('a hang ends after its time, without a byte', async () => {
      assert.equal((await exchange(open(), 'POST /short-hang')).text, '');
    });

    test('a delay changes neither the order of the replies nor their content', async () => {
      const socket = open();
      const ended = exchange(socket, 'GET /first', 'GET /delay', 'GET /last');
      let seen = 0;
      for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
        seen += String(chunk).split(body).length - 1;
        if (seen === 3) break;
      }
      socket.destroy();
      assert.equal((await ended).error, undefined);
    });

    test('a reply that was sent before a reset on the same connection arrives', async () => {
      const socket = open();
      const ended = exchange(socket, 'GET /first');
      await once(socket, 'data');
      socket.write('GET /reset HTTP/1.1\r\nHost: x\r\n\r\n');
      assert.equal((await ended).text.split(body).length - 1, 1);
    });
  });
}

test('a listener that stops ends hanging requests, and sends delayed replies', async () => {
  const listener = listenerOf(false);
  const port = await listener.start();
  const arrived = Promise.all([once(arrivals, '/hang'), once(arrivals, '/long-delay')]);
  const hanging = exchange(connect(port, '127.0.0.1'), 'POST /hang');
  const delayed = exchange(connect(port, '127.0.0.1'), 'POST /long-delay');
  await arrived;
  await listener.close();
  assert.equal((await hanging).text, '');
  assert.ok((await delayed).text.endsWith(body));
});
