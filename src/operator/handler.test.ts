import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reject } from '../contract/errors.ts';
import { deleteBan, listBans } from '../contract/operator/bans.ts';
import { implement } from './handler.ts';

test('a reply that differs from the contract does not compile', () => {
  assert.ok(implement(listBans, () => ({ bans: [] })));
  // @ts-expect-error: the reply has bans
  implement(listBans, () => ({}));
  // @ts-expect-error: the operation has no such path parameter
  implement(deleteBan, ({ path: { address } }) => ({ ip: address, deleted: true }));
});

test('a rejection that the operation does not list does not compile', () => {
  assert.ok(implement(deleteBan, ({ path: { ip } }) => reject('ban-unknown', { ip })));
  // A rejection that is shown as an error that no operation lists may always be returned.
  assert.ok(implement(deleteBan, () => reject('change-empty')));
  assert.ok(implement(deleteBan, () => reject('not-done')));
  // @ts-expect-error: it would be shown as 'operator-conflict', which the operation does not list
  implement(deleteBan, () => reject('address-taken'));
  // @ts-expect-error: it would be shown as 'operator-not-found'
  implement(listBans, () => reject('ban-unknown', { ip: '192.0.2.1' }));
});
