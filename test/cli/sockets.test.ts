/**
 * No socket error, at any stage of any request, on either port, ends the process. The clients here reset their
 * connections (RST) at critical moments; the server runs in a separate process and must still serve afterwards.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { demoMaster } from '../../src/demo/demo-accounts.ts';
import { signQuery } from '../support/exchange.ts';
import { startBursar } from './command-line.ts';

const limits = { timeout: 120_000 };
const atOnce = 6;

let folder = '';
let running: ReturnType<typeof startBursar>;
const ports = { customers: 0, operators: 0 };

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-sockets-'));
  const flags = ['--port', '0', '--operator-port', '0', '--data', folder, '--weight-per-minute', '0'];
  running = startBursar('start', ...flags);
  const [, url = ''] = await running.printed(/^Wallet API +(http:\S+)/m);
  const [, operatorUrl = ''] = await running.printed(/^Operator API +(http:\S+?)\/operator/m);
  ports.customers = Number(new URL(url).port);
  ports.operators = Number(new URL(operatorUrl).port);
});
after(() => {
  running.child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const lines = (...text: readonly string[]) => `${text.join('\r\n')}\r\n\r\n`;
const get = (path: string) => lines(`GET ${path} HTTP/1.1`, 'Host: x');
const upgrade = (protocol: string) => ['Host: x', 'Connection: Upgrade', `Upgrade: ${protocol}`];
const clientHello = `\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003${'r'.repeat(500)}`;

function withdrawal(): string {
  const address = '0x6915f16f8791d0a1cc2bf47c13a6b2a92000504b';
  const query = signQuery(demoMaster, { asset: 'ETH', address, amount: '0.02', name: 'reset' });
  return lines(
    `POST /wapi/v3/withdraw.html?${query} HTTP/1.1`,
    'Host: x',
    `X-MBX-APIKEY: ${demoMaster.apiKey}`,
    'Content-Length: 0',
  );
}

/** The bytes of one connection, by name. */
const requests: Readonly<Record<string, () => string>> = {
  CONNECT: () => lines('CONNECT example.com:443 HTTP/1.1', 'Host: example.com:443'),
  'CONNECT followed by a client hello': () =>
    lines('CONNECT example.com:443 HTTP/1.1', 'Host: x') + clientHello,
  'CONNECT with an incomplete body': () =>
    `${lines('CONNECT example.com:443 HTTP/1.1', 'Host: x', 'Content-Length: 100')}half`,
  'CONNECT with a chunked body': () =>
    `${lines('CONNECT example.com:443 HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked')}4\r\nhalf\r\n`,
  'CONNECT after other requests': () =>
    get('/openapi.json').repeat(5) + lines('CONNECT example.com:443 HTTP/1.1', 'Host: x'),
  'an upgrade to websocket': () => lines('GET /api/v3/ping HTTP/1.1', ...upgrade('websocket')),
  'an upgrade to h2c with a body': () =>
    `${lines('POST /api/v3/ping HTTP/1.1', ...upgrade('h2c'), 'Content-Length: 9')}half`,
  'the preface of HTTP/2': () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'a pipeline of pings': () => get('/api/v3/ping').repeat(500),
  'a pipeline of large replies': () => get('/openapi.json').repeat(50),
  'a pipeline that ends in broken HTTP': () => `${get('/openapi.json').repeat(5)}broken\r\n\r\n`,
  'an incomplete body': () =>
    `${lines('POST /wapi/v3/withdraw.html HTTP/1.1', 'Host: x', 'Content-Length: 100')}half`,
  'an incomplete chunk': () =>
    `${lines('POST /wapi/v3/withdraw.html HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked')}ff\r\nhalf`,
  'an oversized body': () =>
    lines('POST /wapi/v3/withdraw.html HTTP/1.1', 'Host: x', 'Content-Length: 9999999') + 'x'.repeat(200_000),
  'Expect: 100-continue': () =>
    lines('POST /wapi/v3/withdraw.html HTTP/1.1', 'Host: x', 'Content-Length: 9', 'Expect: 100-continue'),
  'an unknown expectation': () => lines('GET /api/v3/ping HTTP/1.1', 'Host: x', 'Expect: the-unexpected'),
  'a client hello of TLS': () => clientHello,
  'broken HTTP': () => 'HELLO\r\n\r\n',
  'an oversized head': () => lines('GET / HTTP/1.1', 'Host: x', `X-Long: ${'x'.repeat(30_000)}`),
  'an oversized URL': () => get(`/api/v3/ping?${'x'.repeat(9000)}`),
  'a withdrawal': () => withdrawal(),
  'an integrity report': () => get('/metrics') + get('/ready') + get('/operator/v1/integrity'),
};

/** Each sends the bytes and then resets the connection at its moment. */
const moments: Readonly<Record<string, (socket: Socket, bytes: string) => Promise<void>>> = {
  'as soon as it is sent': async (socket, bytes) => {
    await written(socket, bytes);
  },
  'while it is processed': async (socket, bytes) => {
    await written(socket, bytes);
    for (let turns = 0; turns < 3; turns += 1) await turn();
  },
  'when the reply begins': async (socket, bytes) => {
    const begun = eventOf(socket, 'data');
    await written(socket, bytes);
    await begun;
  },
  'after the client half-closed': async (socket, bytes) => {
    await written(socket, bytes);
    socket.end();
    await turn();
  },
  'in the middle of it': async (socket, bytes) => {
    await written(socket, bytes.slice(0, Math.ceil(bytes.length / 2)));
    await turn();
  },
  'shortly before its end': async (socket, bytes) => {
    await written(socket, bytes.slice(0, -1));
    await turn();
  },
};

/** Resolves with the event, on close, or after a while: not every request is answered. */
function eventOf(socket: Socket, name: string): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 200);
    for (const each of [name, 'close'])
      socket.once(each, () => {
        clearTimeout(timer);
        resolve();
      });
  });
}

function written(socket: Socket, bytes: string): Promise<void> {
  return new Promise((resolve) => {
    socket.write(bytes, 'latin1', () => resolve());
  });
}

async function reset(port: number, bytes: string, moment: (typeof moments)[string]): Promise<void> {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  await eventOf(socket, 'connect');
  await moment(socket, bytes);
  const closed = eventOf(socket, 'close');
  socket.resetAndDestroy();
  await closed;
}

async function assertServing(what: string): Promise<void> {
  for (const target of [`${ports.customers}/api/v3/ping`, `${ports.operators}/health`]) {
    const reply = await fetch(`http://127.0.0.1:${target}`).catch((error) => error);
    assert.equal(reply.status, 200, `${what}: ${target} ${reply.cause ?? ''}`);
  }
}

for (const [side, port] of [
  ['customers', () => ports.customers],
  ['operators', () => ports.operators],
] as const) {
  for (const [moment, act] of Object.entries(moments)) {
    test(`the ${side}' port survives resets ${moment}`, limits, async () => {
      for (const [name, bytes] of Object.entries(requests)) {
        await Promise.all(Array.from({ length: atOnce }, () => reset(port(), bytes(), act)));
        await assertServing(`${name}, reset ${moment}`);
      }
      assert.equal(running.child.exitCode, null);
    });
  }
}
