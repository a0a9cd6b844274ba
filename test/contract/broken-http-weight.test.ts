/** Malformed HTTP counts like any other request of its address, and can get it banned. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ContractWorld } from './contract-world.ts';
import { sendBytes, type WireReply } from './wire.ts';

const limit = 20;
const tolerated = 6;

const broken = [
  'HELLO\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n',
  'CONNECT example.com:443 HTTP/1.1\r\nHost: x\r\n\r\n',
  '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
];

test('malformed HTTP counts weight, is limited, and gets its address banned', async () => {
  // Weight is counted per minute: what a minute interrupts is repeated with a server that has counted nothing.
  while (!(await isBannedWithinMinute())) {}
});

/** @returns false if a new minute began meanwhile. */
async function isBannedWithinMinute(): Promise<boolean> {
  const world = await ContractWorld.start(['--weight-per-minute', String(limit)]);
  try {
    const minute = Math.floor(Date.now() / 60_000);
    const sent: WireReply[] = [];
    for (let index = 0; index < limit + tolerated + 2; index += 1)
      sent.push(await sendBytes(world.exchange.server.port, broken[index % broken.length] as string));
    if (minute !== Math.floor(Date.now() / 60_000)) return false;
    await assertBanned(world, sent);
    return true;
  } finally {
    await world.close();
  }
}

async function assertBanned(world: ContractWorld, sent: readonly WireReply[]): Promise<void> {
  const weights = sent.map(({ headers }) => Number(headers['x-mbx-used-weight-1m']));
  const first = Number(weights[0]);
  assert.deepEqual(weights.slice(0, 6), [first, first + 1, first + 2, first + 3, first + 4, first + 5]);
  const statuses = sent.map(({ status }) => status);
  assert.deepEqual([...new Set(statuses)].filter((status) => status >= 418).sort(), [418, 429, 431]);
  const last = sent.at(-1) as WireReply;
  assert.equal(last.status, 418, last.text);
  assert.ok(Number(last.headers['retry-after']) > 100);
  assert.equal((await world.send({ method: 'GET', target: '/api/v3/ping' })).status, 418);
}
