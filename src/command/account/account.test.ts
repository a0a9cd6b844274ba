import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStoreWorld } from '../../../test/support/store-world.ts';
import { operator } from '../../../test/support/world-plan.ts';
import { openAccount } from './account-open.ts';
import { updateAccount } from './account-update.ts';
import { createApiKey } from './api-key-create.ts';
import { revokeApiKey } from './api-key-revoke.ts';

test('an account is opened under its trimmed, lower-case e-mail and recorded in the audit trail', async () => {
  const world = await openStoreWorld();
  const reply = await world.run(openAccount, {
    operator,
    email: ' Carol@Example.COM ',
    masterEmail: 'MASTER@example.com',
    mobile: '5551',
    googleAuth: true,
    activated: false,
  });
  assert.equal(reply.email, 'carol@example.com');
  const [row] = await world.rows('accounts', { id: reply.id });
  assert.deepEqual(row, {
    id: reply.id,
    email: 'carol@example.com',
    masterId: world.master,
    enabled: true,
    withdrawConfirmation: 'none',
    whitelistOnly: false,
    withdrawQuotaUsd: null,
    travelRuleCountry: 'NIL',
    statusMessage: null,
    statusArguments: [],
    mobile: '5551',
    googleAuth: true,
    activated: false,
    lockedUntil: null,
    lockReason: null,
    lockCount: 0,
    lastLockedAt: null,
    createdAt: world.nowMs,
  });
  const { seq: _, ...audit } = { ...(await world.lastAudit()) };
  assert.deepEqual(audit, {
    at: world.nowMs,
    actor: 'olga',
    action: 'account-open',
    subject: 'carol@example.com',
    reason: 'a test',
    details: { id: reply.id, master: 'master@example.com' },
  });
});

test('an invalid or duplicate e-mail, an unknown master, and a sub-account as master are rejected', async () => {
  const world = await openStoreWorld();
  const rejection = async (email: string, masterEmail?: string) =>
    (await world.rejection(openAccount, { operator, email, masterEmail })).rejected;
  for (const email of [
    '',
    'carol',
    '@',
    'a@',
    '@b',
    'a b@c',
    'a@b@c',
    'ä@b.c',
    'a\0@b',
    `${'a'.repeat(254)}@b`,
  ]) {
    assert.equal(await rejection(email), 'email-invalid', email);
  }
  assert.equal(await rejection(' ALICE@example.com'), 'account-exists');
  assert.equal(await rejection('carol@example.com', 'nobody@example.com'), 'account-unknown');
  assert.equal(await rejection('carol@example.com', 'alice@example.com'), 'master-is-sub-account');
});

test('an update changes only the given fields, and the audit trail records old and new values', async () => {
  const world = await openStoreWorld();
  const email = 'Alice@example.com';
  const message = { statusMessage: 'Locked for %s minutes.', statusArguments: ['5'] };
  await world.run(updateAccount, { operator, email, enabled: false, ...message });
  const [disabled] = await world.rows('accounts', { id: world.alice });
  assert.equal(disabled?.enabled, false);
  assert.equal(disabled?.withdrawConfirmation, 'none');
  assert.deepEqual([disabled?.statusMessage, disabled?.statusArguments], ['Locked for %s minutes.', ['5']]);
  assert.deepEqual((await world.lastAudit())?.details, {
    from: { enabled: true, statusMessage: null, statusArguments: [] },
    to: { enabled: false, statusMessage: 'Locked for %s minutes.', statusArguments: ['5'] },
  });

  await world.run(updateAccount, {
    operator,
    email,
    withdrawConfirmation: 'email',
    statusMessage: null,
  });
  const [row] = await world.rows('accounts', { id: world.alice });
  assert.equal(row?.enabled, false);
  assert.equal(row?.withdrawConfirmation, 'email');
  assert.deepEqual([row?.statusMessage, row?.statusArguments], [null, []]);
});

test('an update of an unknown account or without changes is rejected', async () => {
  const world = await openStoreWorld();
  const unknown = await world.rejection(updateAccount, {
    operator,
    email: 'nobody@example.com',
    enabled: true,
  });
  assert.deepEqual(unknown, {
    rejected: 'account-unknown',
    details: { account: 'nobody@example.com' },
  });
  const nothing = await world.rejection(updateAccount, { operator, email: 'alice@example.com' });
  assert.equal(nothing.rejected, 'change-empty');
});

const keyOfAlice = {
  operator,
  email: 'alice@example.com',
  apiKey: 'k'.repeat(64),
  encryptedSecret: 'encrypted',
  permissions: ['reading', 'trading'],
  ipAllowList: ['127.0.0.1', '10.0.0.0/8', '::1', '2001:db8::/32'],
  expiresAtMs: 1_800_000_000_000,
  demo: false,
} as const;

test('a key is stored with its restrictions, and the audit trail does not contain its encrypted secret', async () => {
  const world = await openStoreWorld();
  const { apiKey, encryptedSecret, permissions, ipAllowList, expiresAtMs } = keyOfAlice;
  assert.deepEqual(await world.run(createApiKey, keyOfAlice), {
    apiKey,
    keyType: 'hmac',
    encryptedSecret,
    publicKey: null,
    permissions,
    ipAllowList,
    expiresAtMs,
    createdAtMs: world.nowMs,
  });
  const [row] = await world.rows('api_keys');
  assert.deepEqual(row, {
    apiKey: keyOfAlice.apiKey,
    accountId: world.alice,
    name: '',
    keyType: 'hmac',
    encryptedSecret: 'encrypted',
    publicKey: null,
    permissions: ['reading', 'trading'],
    ipAllowList: keyOfAlice.ipAllowList,
    expiresAt: keyOfAlice.expiresAtMs,
    createdAt: world.nowMs,
    updatedAt: world.nowMs,
    demo: false,
    operator: null,
  });
  const audit = await world.lastAudit();
  assert.deepEqual([audit?.action, audit?.subject], ['api-key-create', 'alice@example.com']);
  assert.doesNotMatch(JSON.stringify(audit), /encrypted/);
});

test('a duplicate key, an unknown account, an unknown permission and an invalid address are rejected', async () => {
  const world = await openStoreWorld();
  await world.run(createApiKey, keyOfAlice);
  const rejection = async (change: object) =>
    (await world.rejection(createApiKey, { ...keyOfAlice, apiKey: 'other', ...change })).rejected;
  assert.equal(await rejection({ apiKey: keyOfAlice.apiKey, email: 'bob@example.com' }), 'api-key-exists');
  assert.equal(await rejection({ email: 'nobody@example.com' }), 'account-unknown');
  assert.equal(await rejection({ permissions: ['everything'] }), 'permission-unknown');
  for (const entry of ['', 'localhost', '10.0.0.256', '10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/8/8']) {
    assert.equal(await rejection({ ipAllowList: [entry] }), 'ip-range-invalid', entry);
  }
});

test('a key can be revoked only for the account to which it belongs', async () => {
  const world = await openStoreWorld();
  const { apiKey } = await world.run(createApiKey, keyOfAlice);
  const rejection = async (email: string, key: string) =>
    (await world.rejection(revokeApiKey, { operator, email, apiKey: key })).rejected;
  assert.equal(await rejection('bob@example.com', apiKey), 'api-key-unknown');
  assert.equal(await rejection('nobody@example.com', apiKey), 'account-unknown');
  assert.equal(await rejection('alice@example.com', 'another'), 'api-key-unknown');
  await world.run(revokeApiKey, { operator, email: 'ALICE@example.com', apiKey });
  assert.deepEqual(await world.rows('api_keys'), []);
  assert.equal((await world.lastAudit())?.action, 'api-key-revoke');
  assert.equal(await rejection('alice@example.com', apiKey), 'api-key-unknown');
});
