import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverTime } from '../contract/api/server-time.ts';
import { reject } from '../contract/errors.ts';
import type { ReplyOf } from '../contract/operation.ts';
import { tradeFee } from '../contract/wapi/trade-fee.ts';
import { exactNumberOfText } from './exact-json.ts';
import { implement } from './handler.ts';

type Fee = ReplyOf<typeof tradeFee>['tradeFee'][number];

test('a reply that differs from the contract does not compile', () => {
  // @ts-expect-error: the time is a number
  implement(serverTime, () => ({ serverTime: 'now' }));
  // @ts-expect-error: an exact number is made from units, a double is refused
  const fee = () => ({ symbol: 'BNBBTC', maker: 0.001, taker: exactNumberOfText('0.001') }) satisfies Fee;
  assert.ok(fee);
});

test('a rejection that the operation does not list does not compile', () => {
  assert.ok(implement(tradeFee, () => reject('symbol-unknown')));
  // A rejection that is shown as an error that no operation lists (an unknown outcome) may always be returned.
  assert.ok(implement(tradeFee, () => reject('outcome-unknown')));
  // @ts-expect-error: the operation does not list it
  implement(tradeFee, () => reject('sub-account-unrelated'));
  // @ts-expect-error: it would be shown as 'withdrawal-limited', which the operation does not list
  implement(tradeFee, () => reject('owner-disabled', { email: undefined }));
});
