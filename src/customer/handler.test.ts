import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ping } from '../contract/api/ping.ts';
import { serverTime } from '../contract/api/server-time.ts';
import { reject } from '../contract/errors.ts';
import type { ReplyOf } from '../contract/operation.ts';
import { tradeFee } from '../contract/wapi/trade-fee.ts';
import { exactNumberOfText } from './exact-json.ts';
import { bindHandlers, implement } from './handler.ts';

type Fee = ReplyOf<typeof tradeFee>['tradeFee'][number];
const ofPing = implement(ping, () => ({}));

test('a handler is found by its operation', () => {
  assert.equal(bindHandlers([ping], [ofPing])(ping), ofPing.handle);
});

test('an operation without a handler, or with two, and a handler without an operation are named', () => {
  const missing =
    /without a handler: time; export the result of implement\(\) from a file in src\/customer\/handlers/;
  assert.throws(() => bindHandlers([ping, serverTime], [ofPing]), missing);
  assert.throws(() => bindHandlers([], [ofPing]), /not in src\/contract\/: ping$/);
  assert.throws(() => bindHandlers([ping], [ofPing, ofPing]), /ping has several handlers/);
});

test('a reply that differs from the contract does not compile', () => {
  // @ts-expect-error: the time is a number
  implement(serverTime, () => ({ serverTime: 'now' }));
  // @ts-expect-error: an exact number is made from units, a double is refused
  const fee = () => ({ symbol: 'BNBBTC', maker: 0.001, taker: exactNumberOfText('0.001') }) satisfies Fee;
  assert.ok(fee);
});

test('a rejection that the operation does not list does not compile', () => {
  assert.ok(implement(tradeFee, () => reject('symbol-unknown')));
  // What is shown as an error that no operation lists, for example an unknown outcome, may always be returned.
  assert.ok(implement(tradeFee, () => reject('outcome-unknown')));
  // @ts-expect-error: the operation does not list it
  implement(tradeFee, () => reject('sub-account-unrelated'));
  // @ts-expect-error: it would be shown as 'withdrawal-limited', which the operation does not list
  implement(tradeFee, () => reject('owner-disabled', { email: undefined }));
});
