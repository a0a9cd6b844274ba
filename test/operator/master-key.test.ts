/** The master key can be replaced without anybody losing access. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startExchange } from '../support/exchange.ts';
import { ask, done, openCustomer, signed } from './operator-client.ts';

const [oldKey, newKey, strange] = ['0a', '1b', '2c'].map((byte) => byte.repeat(32)) as [
  string,
  string,
  string,
];
const under = (key: string, other = '') => ['--master-key', key, '--other-master-key', other];

test('a new master key takes over while the old one still decrypts, then the old one can be removed; also for stored replies', async (t) => {
  const exchange = await startExchange(under(oldKey));
  t.after(() => exchange.close());
  const before = await openCustomer(exchange, 'before@x.com');
  const createKey = () =>
    ask(exchange, 'POST', '/operator/v1/accounts/before@x.com/api-keys', {}, { 'idempotency-key': 'once' });
  const created = await createKey();
  await exchange.restart(under(newKey, oldKey));
  assert.equal((await createKey()).text, created.text);
  const between = await openCustomer(exchange, 'between@x.com');
  await signed(exchange, before, 'GET', '/wapi/v3/accountStatus.html');
  const reseal = () => done(exchange, 'POST', '/secrets/reseal', { reason: 'yearly' });
  // The two old keys, the stored reply that contains the secret of one of them, and the check value of the master key.
  assert.deepEqual(await reseal(), { resealed: 4, unreadable: 0 });
  assert.deepEqual(await reseal(), { resealed: 0, unreadable: 0 });
  await exchange.restart(under(newKey));
  assert.equal((await createKey()).text, created.text, 'the stored reply is re-encrypted too');
  for (const customer of [before, between, created.body])
    await signed(exchange, customer, 'GET', '/wapi/v3/accountStatus.html');
  const { entries } = await done(exchange, 'GET', '/audit?limit=10');
  const entry = entries.findLast(({ action }: { action: string }) => action === 'secrets-reseal');
  assert.deepEqual([entry.reason, entry.details], ['yearly', { resealed: 4, unreadable: 0 }]);
});

test('a start with a wrong master key is refused and changes nothing', async (t) => {
  const exchange = await startExchange(under(oldKey));
  t.after(() => exchange.close());
  const customer = await openCustomer(exchange, 'customer@x.com');
  await assert.rejects(exchange.restart(under(strange)), /BURSAR_OTHER_MASTER_KEY/);
  await exchange.restart(under(oldKey));
  await signed(exchange, customer, 'GET', '/wapi/v3/accountStatus.html');
});

test('a secret that neither key decrypts is reported and stays unchanged', async (t) => {
  const exchange = await startExchange(under(oldKey));
  t.after(() => exchange.close());
  const customer = await openCustomer(exchange, 'lost@x.com');
  const read = () => exchange.server.reads.row('api_keys', { apiKey: customer.apiKey });
  const encrypted = (await read())?.encryptedSecret ?? '';
  const place = { kind: 'api-key', apiKey: customer.apiKey } as const;
  const garbled = { place, before: encrypted, after: 'bm90aGluZyB0aGF0IG9wZW5zIGF0IGFsbA==' };
  await exchange.server.commands.submit('replaceSecret', garbled);
  assert.deepEqual(await done(exchange, 'POST', '/secrets/reseal', {}), { resealed: 0, unreadable: 1 });
  assert.equal((await read())?.encryptedSecret, garbled.after);
});
