/** A client that does not read its answers ties up neither connection nor memory; one that reads gets them complete. */
import assert from 'node:assert/strict';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { systemClock } from '../../src/clock/system-clock.ts';
import { HttpListener } from '../../src/http/http-listener.ts';
import { readAll } from '../support/sockets.ts';

const limits = { timeout: 30_000 };
/** More than the buffers of a connection can hold. */
const bodyLength = 20_000_000;
const get = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

function listenerWith(readTimeoutMs: number): HttpListener {
  return new HttpListener({
    clock: systemClock,
    host: '127.0.0.1',
    port: 0,
    trustProxy: false,
    readTimeoutMs,
    handle: async () => ({ status: 200, body: 'x'.repeat(bodyLength) }),
    refuse: ({ status, reason }) => ({ status, body: reason }),
  });
}

async function ask(port: number, requests: number): Promise<Socket> {
  const client = connect(port, '127.0.0.1').on('error', () => {});
  await once(client, 'connect');
  client.write(get.repeat(requests));
  return client;
}

/** The server side of the latest connection with a request: only there can the disconnection be observed. */
let served: Socket | undefined;
subscribe('http.server.request.start', (message) => {
  served = (message as { socket: Socket }).socket;
});

for (const requests of [1, 5, 100])
  test(`a client that never reads the answers to ${requests} requests is disconnected`, limits, async () => {
    const listener = listenerWith(200);
    const client = await ask(await listener.start(), requests);
    await once(client, 'readable');
    if (served?.closed === false) await once(served, 'close');
    client.destroy();
    await listener.close();
  });

test('a client that reads gets complete answers, and its connection stays open', limits, async () => {
  const listener = listenerWith(5000);
  const client = await ask(await listener.start(), 2);
  client.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  const text = await readAll(client);
  assert.equal(text.match(/HTTP\/1\.1 200/g)?.length, 3);
  assert.ok(text.length > 3 * bodyLength);
  await listener.close();
});

for (const requests of [1, 3])
  test(`a closing listener still sends complete answers to ${requests} requests`, limits, async () => {
    const listener = listenerWith(5000);
    const client = await ask(await listener.start(), requests);
    // The server has filled the buffers of the connection and keeps the rest in memory.
    await once(client, 'readable');
    const idle = await ask(Number(client.remotePort), 0);
    const closed = listener.close();
    await turn();
    const text = await readAll(client);
    assert.equal(text.match(/HTTP\/1\.1 200/g)?.length, requests);
    assert.ok(text.length > requests * bodyLength, `${text.length} bytes`);
    idle.resume();
    await closed;
  });
