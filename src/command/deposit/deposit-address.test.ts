import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFamily, operator } from '../../../test/support/command-world.ts';
import { assignDepositAddress } from './deposit-address-assign.ts';
import { issueDepositAddress } from './deposit-address-issue.ts';

const checksummed = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed';
const other = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359';
const ripple = 'rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh';

test('the first proposal becomes the address, and every later request returns the same', async () => {
  const family = await openFamily();
  const request = { accountId: family.alice, asset: 'ETH', network: 'ETH' };
  const first = { address: checksummed, addressTag: '' };
  assert.deepEqual(await family.run(issueDepositAddress, { ...request, proposed: first }), first);
  const again = { ...request, proposed: { address: other, addressTag: '' } };
  assert.deepEqual(await family.run(issueDepositAddress, again), first);
  assert.deepEqual(await family.rows('deposit_addresses'), [
    {
      addressGroup: 'ETH',
      addressKey: checksummed.toLowerCase(),
      addressTag: '',
      address: checksummed,
      accountId: family.alice,
      network: 'ETH',
      createdAt: family.nowMs,
      retiredAt: null,
    },
  ]);
});

test('a shared address has one owner per tag', async () => {
  const family = await openFamily();
  const request = { asset: 'XRP', network: 'XRP' };
  const proposal = (addressTag: string) => ({ address: ripple, addressTag });
  const ofAlice = { ...request, accountId: family.alice, proposed: proposal('100000001') };
  const ofBob = { ...request, accountId: family.bob, proposed: proposal('100000002') };
  assert.deepEqual(await family.run(issueDepositAddress, ofAlice), ofAlice.proposed);
  assert.deepEqual(await family.run(issueDepositAddress, ofBob), ofBob.proposed);
  const ofMaster = { ...ofAlice, accountId: family.master };
  assert.equal((await family.refused(issueDepositAddress, ofMaster)).rejected, 'proposed-address-taken');
});

test('no address is issued for an unknown asset or network', async () => {
  const family = await openFamily();
  const proposed = { address: checksummed, addressTag: '' };
  const refusal = async (asset: string, network: string) =>
    family.refused(issueDepositAddress, { accountId: family.alice, asset, network, proposed });
  assert.equal((await refusal('DOGE', 'ETH')).rejected, 'asset-unknown');
  assert.deepEqual(await refusal('ETH', 'BSC'), {
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
  const family = await openFamily();
  const assigned = { address: checksummed, addressTag: '' };
  const row = await family.run(assignDepositAddress, assignment);
  assert.deepEqual(await family.rows('deposit_addresses'), [row]);
  const audit = await family.lastAudit();
  assert.deepEqual(
    [audit?.action, audit?.subject, audit?.details],
    [
      'deposit-address-assign',
      'alice@example.com',
      { asset: 'ETH', network: 'ETH', addressGroup: 'ETH', ...assigned },
    ],
  );
  const before = await family.dump();
  const lower = { ...assignment, address: checksummed.toLowerCase() };
  assert.deepEqual(await family.run(assignDepositAddress, lower), row);
  assert.deepEqual(await family.dump(), before);
  const request = { accountId: family.alice, asset: 'ETH', network: 'ETH' };
  const proposed = { address: other, addressTag: '' };
  assert.deepEqual(await family.run(issueDepositAddress, { ...request, proposed }), assigned);
});

test('an address that belongs to another account is a conflict, in any notation', async () => {
  const family = await openFamily();
  await family.run(assignDepositAddress, assignment);
  const refusal = async (change: object) =>
    (await family.refused(assignDepositAddress, { ...assignment, ...change })).rejected;
  const lower = checksummed.toLowerCase();
  assert.equal(await refusal({ email: 'bob@example.com', address: lower }), 'address-taken');
});

test('D7: a second address retires the first, which still belongs to the account and can become active again', async () => {
  const family = await openFamily();
  await family.run(assignDepositAddress, assignment);
  const firstAtMs = family.nowMs;
  family.nowMs += 5;
  await family.run(assignDepositAddress, { ...assignment, address: other });
  const shown = async () =>
    (await family.rows('deposit_addresses')).map((row) => [row.address, row.createdAt, row.retiredAt]);
  const second = [other, family.nowMs, null];
  assert.deepEqual(await shown(), [[checksummed, firstAtMs, family.nowMs], second]);
  const bob = { ...assignment, email: 'bob@example.com' };
  assert.equal((await family.refused(assignDepositAddress, bob)).rejected, 'address-taken');
  const request = { accountId: family.alice, asset: 'ETH', network: 'ETH' };
  const proposed = { address: checksummed, addressTag: '' };
  assert.equal((await family.run(issueDepositAddress, { ...request, proposed })).address, other);
  await family.run(assignDepositAddress, assignment);
  assert.deepEqual(await shown(), [
    [checksummed, firstAtMs, null],
    [other, firstAtMs + 5, family.nowMs],
  ]);
});

test('an assignment to an unknown account, on an unknown network, or of an invalid address or tag is rejected', async () => {
  const family = await openFamily();
  const refusal = async (change: object) =>
    (await family.refused(assignDepositAddress, { ...assignment, ...change })).rejected;
  assert.equal(await refusal({ email: 'nobody@example.com' }), 'account-unknown');
  assert.equal(await refusal({ asset: 'DOGE' }), 'asset-unknown');
  assert.equal(await refusal({ network: 'BSC' }), 'network-unknown');
  assert.equal(await refusal({ address: `${checksummed}0` }), 'address-invalid');
  assert.equal(await refusal({ addressTag: '1' }), 'address-tag-invalid');
  const onRipple = { asset: 'XRP', network: 'XRP', address: ripple };
  assert.equal(await refusal({ ...onRipple, addressTag: 'x' }), 'address-tag-invalid');
  await family.run(assignDepositAddress, { ...assignment, ...onRipple, addressTag: '7' });
});

test('D5: an address belongs to one account entirely or is shared by tags, never both', async () => {
  const family = await openFamily();
  const assign = (who: string, addressTag: string, address = ripple) => ({
    ...{ operator, email: `${who}@example.com`, asset: 'XRP', network: 'XRP', address },
    addressTag,
  });
  const refusal = async (input: ReturnType<typeof assign>) =>
    (await family.refused(assignDepositAddress, input)).rejected;
  await family.run(assignDepositAddress, assign('alice', '7'));
  assert.equal(await refusal(assign('bob', '')), 'address-taken-with-tags');
  assert.equal(await refusal(assign('alice', '')), 'address-taken-with-tags');
  await family.run(assignDepositAddress, assign('bob', '8'));
  const whole = 'rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe';
  await family.run(assignDepositAddress, assign('alice', '', whole));
  assert.equal(await refusal(assign('bob', '9', whole)), 'address-taken-without-tag');
  // The retired address still receives deposits without a tag.
  await family.run(assignDepositAddress, assign('alice', '9', whole));
  assert.equal(await refusal(assign('bob', '10', whole)), 'address-taken-without-tag');
  await family.run(assignDepositAddress, assign('alice', '', whole));
});
