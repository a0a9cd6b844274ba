import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountRow } from '../../test/store/conformance/raw.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { Limiter } from '../limiter/port.ts';
import type { Reads } from '../store/reads.ts';
import { Caches } from './caches.ts';

const accountOf: Readonly<Record<string, number>> = { a1: 1, a2: 1, b1: 2 };

/** Caches of three keys of two accounts, all in use, and which rows are read from then on. */
async function startCaches() {
  const read: string[] = [];
  const rows: Record<string, (where: never) => unknown> = {
    api_keys: ({ apiKey }: { apiKey: string }) => {
      const accountId = accountOf[apiKey];
      const secret = { keyType: 'hmac', encryptedSecret: 's', publicKey: null };
      return { apiKey, accountId, ...secret, permissions: [], ipAllowList: [], expiresAt: null };
    },
    accounts: ({ id }: { id: number }) => accountRow(id),
  };
  // Only the reads and the method of the limiter that the caches use.
  const reads = {
    async row(table: string, where: { readonly apiKey?: string }) {
      if (where.apiKey !== undefined) read.push(where.apiKey);
      return rows[table]?.(where as never);
    },
    async rows(table: string) {
      read.push(table);
      return [];
    },
  } as unknown as Reads;
  const caches = await Caches.load({
    reads,
    limiter: { replaceBans: () => {} } as unknown as Limiter,
    clock: new ManualClock(),
    decryptSecret: (encrypted) => encrypted,
    isTrusted: () => true,
  });
  const useAll = async () => {
    for (const apiKey of Object.keys(accountOf)) await caches.keys.find(apiKey);
    return read.splice(0);
  };
  assert.deepEqual(await useAll(), ['bans', 'a1', 'a2', 'b1']);
  assert.deepEqual(await useAll(), []);
  return { caches, useAll };
}

test('a revoked key is dropped, and no other', async () => {
  const { caches, useAll } = await startCaches();
  await caches.onChanged([{ event: 'key-revoked', apiKey: 'a2' }]);
  assert.deepEqual(await useAll(), ['a2']);
});

test('the keys of a changed account are dropped, and no others', async () => {
  const { caches, useAll } = await startCaches();
  await caches.onChanged([{ event: 'account-changed', accountId: 1 }]);
  assert.deepEqual(await useAll(), ['a1', 'a2']);
});

test('after very many changes of accounts every key is still right, and those in use are cached again', async () => {
  const { caches, useAll } = await startCaches();
  for (let accountId = 1; accountId <= 25_000; accountId += 1) {
    await caches.onChanged([{ event: 'account-changed', accountId }]);
  }
  assert.deepEqual(await useAll(), ['a1', 'a2', 'b1']);
  assert.deepEqual(await useAll(), []);
});

test('changes that concern no key drop none, and a ban is read again', async () => {
  const { caches, useAll } = await startCaches();
  await caches.onChanged([
    { event: 'account-opened', accountId: 3 },
    { event: 'reference-changed', table: 'prices', name: 'BTC' },
    { event: 'ban-changed', ip: '192.0.2.1' },
  ]);
  assert.deepEqual(await useAll(), ['bans']);
});

test('everything is dropped if everything may have changed', async () => {
  const { caches, useAll } = await startCaches();
  await caches.onChanged('everything');
  assert.deepEqual(await useAll(), ['bans', 'a1', 'a2', 'b1']);
});
