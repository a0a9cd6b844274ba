import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { createAddressList } from '../../http/address-list.ts';
import { StoreFault } from '../../store/port.ts';
import type { ApiKey } from '../key-ring.ts';
import { type KeyUse, KeyWatch } from './key-watch.ts';

const apiKey = 'k'.repeat(64);

function scene() {
  const clock = new ManualClock();
  // Only the fields that the watch reads.
  const key = {
    apiKey,
    permissions: new Set(['reading']),
    expiresAtMs: null,
    allowedAddresses: null,
  } as unknown as ApiKey;
  const known: { key: ApiKey | undefined | Error } = { key };
  const watch = new KeyWatch({
    clock,
    keys: {
      find: async () => {
        if (known.key instanceof Error) throw known.key;
        return known.key;
      },
    },
  });
  const revoked: string[] = [];
  const use = (ip: string): KeyUse => ({ apiKey, ip, onRevoked: () => revoked.push(ip) });
  for (const ip of ['192.0.2.1', '192.0.2.2']) watch.add(use(ip), key);
  return { clock, key, known, watch, revoked };
}

const change = [{ event: 'key-changed', apiKey }] as const;

test('a key that is gone ends all its uses; one that is restricted, those of other addresses', async () => {
  const { key, known, watch, revoked } = scene();
  assert.equal(watch.onChanged([{ event: 'key-changed', apiKey: 'o'.repeat(64) }]), undefined);
  known.key = { ...key, allowedAddresses: createAddressList(['192.0.2.1']) };
  await watch.onChanged(change);
  assert.deepEqual(revoked, ['192.0.2.2']);
  known.key = undefined;
  await watch.onChanged('everything');
  assert.deepEqual(revoked, ['192.0.2.2', '192.0.2.1']);
  assert.equal(watch.onChanged('everything'), undefined);
});

test('a key without the permission to read, and one that has expired, end their uses', async () => {
  const { clock, key, known, watch, revoked } = scene();
  known.key = { ...key, expiresAtMs: clock.world.now() + 5000 };
  await watch.onChanged(change);
  clock.advance(4000);
  assert.deepEqual(revoked, []);
  clock.advance(1000);
  assert.equal(revoked.length, 2);
  assert.equal(clock.pending, 0);
  const other = scene();
  other.known.key = { ...key, permissions: new Set() };
  await other.watch.onChanged(change);
  assert.equal(other.revoked.length, 2);
});

test('a key that cannot be read is checked again until it can', async () => {
  const { clock, known, watch, revoked } = scene();
  known.key = new StoreFault('not-done', 'the store is away');
  await watch.onChanged(change);
  assert.deepEqual(revoked, []);
  known.key = undefined;
  clock.advance(1000);
  await turn();
  assert.equal(revoked.length, 2);
});
