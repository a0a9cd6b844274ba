import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { accountRow } from '../../test/store/conformance/raw.ts';
import { ManualClock } from '../../test/support/manual-clock.ts';
import type { Limiter } from '../limiter/port.ts';
import type { Reads } from '../store/reads.ts';
import { Caches } from './caches.ts';

const accountOf: Readonly<Record<string, number>> = { a1: 1, a2: 1, b1: 2 };
/** A secret that cannot be decrypted. */
const damagedSecrets = new Set<string>();
/** Keys of another type, with a public key that cannot be parsed. */
const damagedKeys = new Set<string>();

/** Caches of three keys of two accounts, and which rows are read when all are used. */
async function startCaches() {
  const read: string[] = [];
  const clock = new ManualClock();
  /** Happens while keys are read ahead. */
  const meanwhile: (() => unknown)[] = [];
  const rows: Record<string, (where: never) => unknown> = {
    api_keys: ({ apiKey }: { apiKey: string }) => {
      const accountId = accountOf[apiKey];
      const encryptedSecret = damagedSecrets.has(apiKey) ? 'damaged' : 's';
      const secret = damagedKeys.has(apiKey)
        ? { keyType: 'ed25519', encryptedSecret: null, publicKey: 'damaged' }
        : { keyType: 'hmac', encryptedSecret, publicKey: null };
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
    apiKeysAfter: async (last: string) =>
      Object.keys(accountOf).flatMap((apiKey) =>
        apiKey > last ? [rows.api_keys?.({ apiKey } as never)] : [],
      ),
    async accountsOf(ids: readonly number[]) {
      await meanwhile.shift()?.();
      return new Map(ids.map((id) => [id, accountRow(id)]));
    },
  } as unknown as Reads;
  const caches = await Caches.load({
    reads,
    limiter: { replaceBans: () => {} } as unknown as Limiter,
    clock,
    decryptSecret(encrypted) {
      if (encrypted === 'damaged') throw new Error('cannot be decrypted');
      return encrypted;
    },
    isTrusted: () => true,
  });
  const useAll = async () => {
    for (const apiKey of Object.keys(accountOf)) await caches.keys.find(apiKey);
    return read.splice(0);
  };
  return { caches, useAll, clock, meanwhile };
}

/** As after `startCaches`, and all keys have been used. */
async function startUsedCaches() {
  const { caches, useAll } = await startCaches();
  assert.deepEqual(await useAll(), ['bans', 'a1', 'a2', 'b1']);
  assert.deepEqual(await useAll(), []);
  return { caches, useAll };
}

/** Reads all keys ahead. */
async function readAhead({
  caches,
  clock,
}: Pick<Awaited<ReturnType<typeof startCaches>>, 'caches' | 'clock'>) {
  caches.readKeysAhead();
  clock.advance(1);
  await setImmediate();
  assert.equal(clock.pending, 0, 'all are read');
}

test('keys that were read ahead are not read when they are used, and a damaged one spoils no other', async (t) => {
  t.after(() => damagedKeys.clear());
  damagedKeys.add('a2');
  const started = await startCaches();
  await readAhead(started);
  damagedKeys.clear();
  assert.deepEqual(await started.useAll(), ['bans', 'a2']);
});

test('secrets are decrypted when they are needed, and a damaged one fails only the requests of its key', async (t) => {
  t.after(() => damagedSecrets.clear());
  damagedSecrets.add('a2');
  const started = await startCaches();
  await readAhead(started);
  const { keys } = started.caches;
  const verify = async (apiKey: string) => {
    const key = await keys.find(apiKey);
    return key?.signatureKey.verify('0'.repeat(64), 'a text', 'latin1');
  };
  for (const apiKey of ['a1', 'b1', 'a1']) assert.equal(await verify(apiKey), false);
  for (let time = 0; time < 2; time += 1) await assert.rejects(verify('a2'), /cannot be decrypted/);
  assert.deepEqual(await started.useAll(), ['bans']);
});

test('reading ahead ends on request', async () => {
  const { caches, clock, useAll } = await startCaches();
  caches.readKeysAhead()();
  clock.advance(1);
  await setImmediate();
  assert.deepEqual(await useAll(), ['bans', 'a1', 'a2', 'b1']);
});

test('a key that is revoked while it is read ahead is not cached', async () => {
  const { caches, clock, useAll, meanwhile } = await startCaches();
  meanwhile.push(() => caches.onChanged([{ event: 'key-revoked', apiKey: 'a2' }]));
  caches.readKeysAhead();
  clock.advance(1);
  await setImmediate();
  assert.deepEqual(await useAll(), ['bans', 'a1', 'a2', 'b1']);
});

test('a revoked key is dropped, and no other', async () => {
  const { caches, useAll } = await startUsedCaches();
  await caches.onChanged([{ event: 'key-revoked', apiKey: 'a2' }]);
  assert.deepEqual(await useAll(), ['a2']);
});

test('the keys of a changed account are dropped, and no others', async () => {
  const { caches, useAll } = await startUsedCaches();
  await caches.onChanged([{ event: 'account-changed', accountId: 1 }]);
  assert.deepEqual(await useAll(), ['a1', 'a2']);
});

test('after very many changes of accounts every key is still right, and those in use are cached again', async () => {
  const { caches, useAll } = await startUsedCaches();
  for (let accountId = 1; accountId <= 25_000; accountId += 1) {
    await caches.onChanged([{ event: 'account-changed', accountId }]);
  }
  assert.deepEqual(await useAll(), ['a1', 'a2', 'b1']);
  assert.deepEqual(await useAll(), []);
});

test('changes that concern no key drop none, and a ban is read again', async () => {
  const { caches, useAll } = await startUsedCaches();
  await caches.onChanged([
    { event: 'account-opened', accountId: 3 },
    { event: 'reference-changed', table: 'prices', name: 'BTC' },
    { event: 'ban-changed', ip: '192.0.2.1' },
  ]);
  assert.deepEqual(await useAll(), ['bans']);
});

test('everything is dropped if everything may have changed', async () => {
  const { caches, useAll } = await startUsedCaches();
  await caches.onChanged('everything');
  assert.deepEqual(await useAll(), ['bans', 'a1', 'a2', 'b1']);
});
