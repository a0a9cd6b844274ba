/** The rights of a master over the keys of its sub-accounts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStoreWorld } from '../../../test/support/store-world.ts';
import { operator } from '../../../test/support/world-plan.ts';
import { updateAccount } from './account-update.ts';
import { createApiKey } from './api-key-create.ts';
import { permitSubAccountKey, revokeSubAccountKey } from './sub-account-key-change.ts';
import { createSubAccountKey } from './sub-account-key-create.ts';
import { restrictSubAccountKey } from './sub-account-key-restrict.ts';
import { openVirtualSubAccount } from './virtual-sub-account-open.ts';

const email = 'alice@example.com';
const apiKey = 'k'.repeat(64);

async function openWorld() {
  const world = await openStoreWorld();
  await world.run(createApiKey, {
    operator,
    email,
    apiKey,
    encryptedSecret: 'encrypted',
    permissions: ['reading', 'withdrawals'],
    ipAllowList: ['10.0.0.1'],
    expiresAtMs: null,
    demo: false,
  });
  return world;
}

test('a master that was disabled after its key was looked up changes nothing', async () => {
  const world = await openWorld();
  await world.run(updateAccount, { operator, email: 'master@example.com', enabled: false });
  const order = { masterId: world.master, email, apiKey };
  const creation = { apiKey: 'other', name: 'bot', permissions: [], ipAllowList: [], encryptedSecret: 'e' };
  const outcomes = [
    await world.rejection(openVirtualSubAccount, { masterId: world.master, name: 'bot' }),
    await world.rejection(createSubAccountKey, { ...order, ...creation }),
    await world.rejection(permitSubAccountKey, { ...order, granted: { trading: true } }),
    await world.rejection(restrictSubAccountKey, { ...order, change: { kind: 'lift' } }),
    await world.rejection(revokeSubAccountKey, order),
  ];
  assert.deepEqual([...new Set(outcomes.map(({ rejected }) => rejected))], ['account-disabled']);
});

test('changes of a key are recorded with the master as the actor, and without secrets', async () => {
  const world = await openWorld();
  const order = { masterId: world.master, email, apiKey };
  await world.run(restrictSubAccountKey, { ...order, change: { kind: 'add', ranges: ['10.0.0.2'] } });
  await world.run(permitSubAccountKey, {
    ...order,
    granted: { trading: true, 'universal-transfers': false },
  });
  const [key] = await world.rows('api_keys');
  assert.deepEqual(key?.ipAllowList, ['10.0.0.1', '10.0.0.2']);
  assert.deepEqual(key?.permissions, ['reading', 'trading', 'withdrawals']);
  await world.run(revokeSubAccountKey, order);
  assert.deepEqual(await world.rows('api_keys'), []);
  const audit = (await world.rows('audit')).slice(-3);
  assert.deepEqual(
    audit.map(({ actor, action, subject }) => [actor, action, subject]),
    ['api-key-restrict', 'api-key-permit', 'api-key-revoke'].map((action) => [
      'master@example.com',
      action,
      email,
    ]),
  );
  assert.doesNotMatch(JSON.stringify(audit), /encrypted/);
});

test('repeating a restriction, or removing an address that is not listed, writes nothing', async () => {
  const world = await openWorld();
  const order = { masterId: world.master, email, apiKey };
  const before = await world.dump();
  await world.run(restrictSubAccountKey, { ...order, change: { kind: 'add', ranges: ['10.0.0.1'] } });
  await world.run(restrictSubAccountKey, { ...order, change: { kind: 'remove', ranges: ['10.0.0.9'] } });
  assert.deepEqual(await world.dump(), before);
});
