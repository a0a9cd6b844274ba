import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WrongTokens } from './wrong-tokens.ts';

function create() {
  let nowMs = 0;
  const pauses: { readonly ms: number; readonly end: () => void }[] = [];
  const reported: string[] = [];
  const tokens = new WrongTokens({
    time: {
      now: () => nowMs,
      after: (ms, end) => {
        pauses.push({ ms, end });
        return () => {};
      },
      every: () => () => {},
    },
    onWrongToken: (ip) => reported.push(ip),
  });
  const passMs = (ms: number) => {
    nowMs += ms;
  };
  /** The delay of the next rejection. */
  const delayOf = async (ip: string) => {
    const before = pauses.length;
    const rejection = tokens.delayRejection(ip);
    const pause = pauses[before];
    pause?.end();
    assert.equal(await rejection, true);
    return pause?.ms ?? 0;
  };
  return { tokens, pauses, reported, passMs, delayOf };
}

test('the delay of an address doubles up to a second, and other addresses are not delayed', async () => {
  const { delayOf, reported } = create();
  const delays: number[] = [];
  for (let attempt = 0; attempt < 13; attempt += 1) delays.push(await delayOf('10.0.0.1'));
  assert.deepEqual(delays, [0, 0, 0, 10, 20, 40, 80, 160, 320, 640, 1000, 1000, 1000]);
  assert.equal(await delayOf('10.0.0.2'), 0);
  assert.equal(reported.length, 14);
});

test('after 10 minutes without an attempt, an address starts again without delay', async () => {
  const { delayOf, passMs } = create();
  for (let attempt = 0; attempt < 8; attempt += 1) await delayOf('10.0.0.1');
  passMs(10 * 60_000 - 1);
  assert.equal(await delayOf('10.0.0.1'), 320);
  passMs(10 * 60_000);
  assert.equal(await delayOf('10.0.0.1'), 0);
});

test('the number of delayed rejections is bounded; further ones are sent at once and close the connection', async () => {
  const { tokens, pauses } = create();
  const rejections = Array.from({ length: 1003 }, () => tokens.delayRejection('10.0.0.1'));
  assert.equal(await tokens.delayRejection('10.0.0.1'), false);
  for (const { end } of pauses) end();
  assert.ok((await Promise.all(rejections)).every((staysOpen) => staysOpen));
  const next = tokens.delayRejection('10.0.0.1');
  pauses.at(-1)?.end();
  assert.equal(await next, true);
});

test('the number of remembered addresses is bounded, and the least recent are forgotten', async () => {
  const { delayOf } = create();
  for (let attempt = 0; attempt < 5; attempt += 1) {
    await delayOf('old');
    await delayOf('kept');
  }
  for (let index = 0; index < 9_999; index += 1) await delayOf(`10.${index >> 8}.0.${index & 255}`);
  assert.equal(await delayOf('kept'), 40);
  assert.equal(await delayOf('old'), 0);
});

test('addresses of one IPv6 network count as one', async () => {
  const { delayOf } = create();
  for (let attempt = 1; attempt <= 4; attempt += 1) await delayOf(`2001:db8::${attempt}`);
  assert.equal(await delayOf('2001:db8::5'), 20);
  assert.equal(await delayOf('2001:db8:0:1::5'), 0);
});
