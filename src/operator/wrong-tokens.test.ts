import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WrongTokens } from './wrong-tokens.ts';

function create() {
  let nowMs = 0;
  const pauses: { readonly ms: number; readonly end: () => void }[] = [];
  const told: string[] = [];
  const tokens = new WrongTokens({
    elapsedMs: () => nowMs,
    pause: (ms) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      pauses.push({ ms, end: resolve });
      return promise;
    },
    onWrongToken: (ip) => told.push(ip),
  });
  const passMs = (ms: number) => {
    nowMs += ms;
  };
  /** How long the next refusal waits. */
  const delayOf = async (ip: string) => {
    const before = pauses.length;
    const refusal = tokens.delayRefusal(ip);
    const pause = pauses[before];
    pause?.end();
    assert.equal(await refusal, true);
    return pause?.ms ?? 0;
  };
  return { tokens, pauses, told, passMs, delayOf };
}

test('R11: the delay of an address doubles up to a second, and other addresses are not delayed', async () => {
  const { delayOf, told } = create();
  const delays: number[] = [];
  for (let attempt = 0; attempt < 13; attempt += 1) delays.push(await delayOf('10.0.0.1'));
  assert.deepEqual(delays, [0, 0, 0, 10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000]);
  assert.equal(await delayOf('10.0.0.2'), 0);
  assert.equal(told.length, 14);
});

test('R11: an address that stays away begins anew', async () => {
  const { delayOf, passMs } = create();
  for (let attempt = 0; attempt < 8; attempt += 1) await delayOf('10.0.0.1');
  passMs(10 * 60_000 - 1);
  assert.equal(await delayOf('10.0.0.1'), 320);
  passMs(10 * 60_000);
  assert.equal(await delayOf('10.0.0.1'), 0);
});

test('R11: refusals that wait are bounded; beyond that they are sent at once and the connection closes', async () => {
  const { tokens, pauses } = create();
  const refusals = Array.from({ length: 1003 }, () => tokens.delayRefusal('10.0.0.1'));
  assert.equal(await tokens.delayRefusal('10.0.0.1'), false);
  for (const { end } of pauses) end();
  assert.ok((await Promise.all(refusals)).every((staysOpen) => staysOpen));
  const next = tokens.delayRefusal('10.0.0.1');
  pauses.at(-1)?.end();
  assert.equal(await next, true);
});

test('R11: addresses that are remembered are bounded, the least recent are forgotten', async () => {
  const { delayOf } = create();
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await delayOf('old');
    await delayOf('kept');
  }
  for (let index = 0; index < 9_999; index += 1) await delayOf(`10.${index >> 8}.0.${index & 255}`);
  assert.equal(await delayOf('kept'), 40);
  assert.equal(await delayOf('old'), 0);
});

test('R11: addresses of one IPv6 network count as one', async () => {
  const { delayOf } = create();
  for (let attempt = 1; attempt <= 4; attempt += 1) await delayOf(`2001:db8::${attempt}`);
  assert.equal(await delayOf('2001:db8::5'), 20);
  assert.equal(await delayOf('2001:db8:0:1::5'), 0);
});
