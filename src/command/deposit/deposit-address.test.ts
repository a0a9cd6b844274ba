import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStoreWorld } from '../../../test/support/store-world.ts';
import { operator } from '../../../test/support/world-plan.ts';
import { assignDepositAddress } from './deposit-address-assign.ts';
import { issueDepositAddress } from './deposit-address-issue.ts';

const checksummed = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const other = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';
const ripple = 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh';

test('the first proposal becomes the address, and every later request returns the same', async () => {
  const world = await openStoreWorld();
  const request = { accountId: world.alice, asset: 'ETH', network: 'ETH' };
  const first = { address: checksummed, addressTag: '' };
  assert.deepEqual(await world.run(issueDepositAddress, { ...request, proposed: first }), first);
  const again = { ...request, proposed: { address: other, addressTag: '' } };
  assert.deepEqual(await world.run(issueDepositAddress, again), first);
  assert.deepEqual(await world.rows('deposit_addresses'), [
    {
      addressGroup: 'ETH',
      addressKey: checksummed.toLowerCase(),
      addressTag: '',
      address: checksummed,
      accountId: world.alice,
      network: 'ETH',
      createdAt: world.nowMs,
      retiredAt: null,
    },
  ]);
});

test('a shared address has one owner per tag', async () => {
  const world = await openStoreWorld();
  const request = { asset: 'XRP', network: 'XRP' };
  const proposal = (addressTag: string) => ({ address: ripple, addressTag });
  const ofAlice = { ...request, accountId: world.alice, proposed: proposal('100000001') };
  const ofBob = { ...request, accountId: world.bob, proposed: proposal('100000002') };
  assert.deepEqual(await world.run(issueDepositAddress, ofAlice), ofAlice.proposed);
  assert.deepEqual(await world.run(issueDepositAddress, ofBob), ofBob.proposed);
  const ofMaster = { ...ofAlice, accountId: world.master };
  assert.equal((await world.rejection(issueDepositAddress, ofMaster)).rejected, 'proposed-address-taken');
});

test('no address is issued for an unknown asset or network', async () => {
  const world = await openStoreWorld();
  const proposed = { address: checksummed, addressTag: '' };
  const rejection = async (asset: string, network: string) =>
    world.rejection(issueDepositAddress, { accountId: world.alice, asset, network, proposed });
  assert.equal((await rejection('DOGE', 'ETH')).rejected, 'asset-unknown');
  assert.deepEqual(await rejection('ETH', 'BSC'), {
    rejected: 'network-unknown',
    details: { network: 'BSC', asset: 'ETH' },
  });
});

const assignment = {
  operator,
  email: 'Alice@example.com',
  asset: 'ETH',
  network: 'ETH',
  address: checksummed,
};

test('an assigned address is returned as the deposit address, and assigning it again changes nothing', async () => {
  const world = await openStoreWorld();
  const assigned = { address: checksummed, addressTag: '' };
  const row = await world.run(assignDepositAddress, assignment);
  assert.deepEqual(await world.rows('deposit_addresses'), [row]);
  const audit = await world.lastAudit();
  assert.deepEqual(
    [audit?.action, audit?.subject, audit?.details],
    [
      'deposit-address-assign',
      'alice@example.com',
      { asset: 'ETH', network: 'ETH', addressGroup: 'ETH', ...assigned },
    ],
  );
  const before = await world.dump();
  const lower = { ...assignment, address: checksummed.toLowerCase() };
  assert.deepEqual(await world.run(assignDepositAddress, lower), row);
  assert.deepEqual(await world.dump(), before);
  const request = { accountId: world.alice, asset: 'ETH', network: 'ETH' };
  const proposed = { address: other, addressTag: '' };
  assert.deepEqual(await world.run(issueDepositAddress, { ...request, proposed }), assigned);
});

test('an address that belongs to another account is a conflict, in any notation', async () => {
  const world = await openStoreWorld();
  await world.run(assignDepositAddress, assignment);
  const rejection = async (change: object) =>
    (await world.rejection(assignDepositAddress, { ...assignment, ...change })).rejected;
  const lower = checksummed.toLowerCase();
  assert.equal(await rejection({ email: 'bob@example.com', address: lower }), 'address-taken');
});

test('a second address retires the first, which still belongs to the account and can become active again', async () => {
  const world = await openStoreWorld();
  await world.run(assignDepositAddress, assignment);
  const firstAtMs = world.nowMs;
  world.nowMs += 5;
  await world.run(assignDepositAddress, { ...assignment, address: other });
  const shown = async () =>
    (await world.rows('deposit_addresses')).map((row) => [row.address, row.createdAt, row.retiredAt]);
  const second = [other, world.nowMs, null];
  assert.deepEqual(await shown(), [[checksummed, firstAtMs, world.nowMs], second]);
  const bob = { ...assignment, email: 'bob@example.com' };
  assert.equal((await world.rejection(assignDepositAddress, bob)).rejected, 'address-taken');
  const request = { accountId: world.alice, asset: 'ETH', network: 'ETH' };
  const proposed = { address: checksummed, addressTag: '' };
  assert.equal((await world.run(issueDepositAddress, { ...request, proposed })).address, other);
  await world.run(assignDepositAddress, assignment);
  assert.deepEqual(await shown(), [
    [checksummed, firstAtMs, null],
    [other, firstAtMs + 5, world.nowMs],
  ]);
});

test('an assignment to an unknown account, on an unknown network, or of an invalid address or tag is rejected', async () => {
  const world = await openStoreWorld();
  const rejection = async (change: object) =>
    (await world.rejection(assignDepositAddress, { ...assignment, ...change })).rejected;
  assert.equal(await rejection({ email: 'nobody@example.com' }), 'account-unknown');
  assert.equal(await rejection({ asset: 'DOGE' }), 'asset-unknown');
  assert.equal(await rejection({ network: 'BSC' }), 'network-unknown');
  assert.equal(await rejection({ address: `${checksummed}0` }), 'address-invalid');
  assert.equal(await rejection({ addressTag: '1' }), 'address-tag-invalid');
  const onRipple = { asset: 'XRP', network: 'XRP', address: ripple };
  assert.equal(await rejection({ ...onRipple, addressTag: 'x' }), 'address-tag-invalid');
  await world.run(assignDepositAddress, { ...assignment, ...onRipple, addressTag: '7' });
});

test('an address belongs to one account entirely or is shared by tags, never both', async () => {
  const world = await openStoreWorld();
  const assign = (who: string, addressTag: string, address = ripple) => ({
    ...{ operator, email: `${who}@example.com`, asset: 'XRP', network: 'XRP', address },
    addressTag,
  });
  const rejection = async (input: ReturnType<typeof assign>) =>
    (await world.rejection(assignDepositAddress, input)).rejected;
  await world.run(assignDepositAddress, assign('alice', '7'));
  assert.equal(await rejection(assign('bob', '')), 'address-taken-with-tags');
  assert.equal(await rejection(assign('alice', '')), 'address-taken-with-tags');
  await world.run(assignDepositAddress, assign('bob', '8'));
  const whole = 'rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe';
  await world.run(assignDepositAddress, assign('alice', '', whole));
  assert.equal(await rejection(assign('bob', '9', whole)), 'address-taken-without-tag');
  // The retired address still receives deposits without a tag.
  await world.run(assignDepositAddress, assign('alice', '9', whole));
  assert.equal(await rejection(assign('bob', '10', whole)), 'address-taken-without-tag');
  await world.run(assignDepositAddress, assign('alice', '', whole));
});
