import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customerOperations } from '../contract/customer-operations.ts';
import type { ReplyOf } from '../contract/operation.ts';
import { exactNumberOfText } from './exact-json.ts';
import { bindHandlers, implement } from './handler.ts';

type Fee = ReplyOf<typeof customerOperations.tradeFee>['tradeFee'][number];
const { ping, serverTime } = customerOperations;
const ofPing = implement(ping, () => ({}));

test('a handler is found by its operation', () => {
  assert.equal(bindHandlers([ping], [ofPing])(ping), ofPing.handle);
});

test('an operation without a handler, or with two, is named', () => {
  assert.throws(() => bindHandlers([ping, serverTime], [ofPing]), /without a handler: time$/);
  assert.throws(() => bindHandlers([ping], [ofPing, ofPing]), /ping has several handlers/);
});

test('a reply that differs from the contract does not compile', () => {
  // @ts-expect-error: the time is a number
  implement(serverTime, () => ({ serverTime: 'now' }));
  // @ts-expect-error: an exact number is made from units, a double is refused
  const fee = () => ({ symbol: 'BNBBTC', maker: 0.001, taker: exactNumberOfText('0.001') }) satisfies Fee;
  assert.ok(fee);
});
