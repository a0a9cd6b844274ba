import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deleteBan, listBans } from '../contract/operator/bans.ts';
import { implement } from './handler.ts';

test('a reply that differs from the contract does not compile', () => {
  assert.ok(implement(listBans, () => ({ bans: [] })));
  // @ts-expect-error: the reply has bans
  implement(listBans, () => ({}));
  // @ts-expect-error: the operation has no such path parameter
  implement(deleteBan, ({ path: { address } }) => ({ ip: address, deleted: true }));
});
