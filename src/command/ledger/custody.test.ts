/**
 * Custody: available amounts, the amounts that broadcasts reserve, and the order of withdrawals that wait for
 * liquidity.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asset,
  decimal,
  type Family,
  network,
  openFamily,
  operator,
} from '../../../test/support/command-world.ts';
import { updateAccount } from '../account/account-update.ts';
import { putAsset } from '../catalog/asset-put.ts';
import { issueDepositAddress } from '../deposit/deposit-address-issue.ts';
import { confirmDeposit } from '../deposit/deposit-confirm.ts';
import { observeDeposit } from '../deposit/deposit-observe.ts';
import { putSettings } from '../settings/settings-put.ts';
import { broadcastWithdrawal, type ClaimResult } from '../withdrawal/withdrawal-broadcast.ts';
import { cancelWithdrawal, rejectWithdrawal } from '../withdrawal/withdrawal-decide.ts';
import { failWithdrawal } from '../withdrawal/withdrawal-fail.ts';
import { settleWithdrawal } from '../withdrawal/withdrawal-settle.ts';
import { submitWithdrawal } from '../withdrawal/withdrawal-submit.ts';
import { adjustBalance, type BalanceAdjustment } from './balance-adjust.ts';

/** An asset on two networks, of which only the first has a fee. */
async function openTwoNetworks(): Promise<Family> {
  const family = await openFamily();
  const networks = [{ ...network('ONE', 'opaque'), withdrawFee: 2n }, network('TWO', 'opaque')];
  await family.run(putAsset, { operator, asset: asset('COIN', networks, 0) });
  return family;
}

type Booking = Partial<BalanceAdjustment>;
const book = (direction: 'credit' | 'debit', amount: number, more: Booking = {}) => ({
  operator,
  email: 'alice@example.com',
  asset: 'COIN',
  amount: decimal(`${amount}`),
  direction,
  ...more,
});
const unbacked = { backed: false } as const;

async function submit(family: Family, amount: number, where = 'ONE'): Promise<string> {
  const { id } = await family.run(submitWithdrawal, {
    accountId: family.alice,
    asset: 'COIN',
    network: where,
    address: 'far-away',
    amount: decimal(`${amount}`),
  });
  return id;
}

async function claim(family: Family, id: string, previousId?: string): Promise<ClaimResult> {
  const transaction = { txId: `tx-${id}`, signedTransaction: `signed-${id}` };
  const [withdrawal] = await family.rows('withdrawals', { id });
  assert.ok(withdrawal);
  return family.run(broadcastWithdrawal, {
    withdrawal,
    previousId,
    transaction,
  });
}

/** `network available waiting` */
const custody = async (family: Family) =>
  (await family.rows('custody', { asset: 'COIN' })).map(
    (row) => `${row.network} ${row.available} ${row.waiting}`,
  );

test('a backed credit is one transfer from the custody of a network and increases what is available there', async () => {
  const family = await openTwoNetworks();
  await family.run(adjustBalance, book('credit', 100));
  await family.run(adjustBalance, book('credit', 5, { network: 'TWO' }));
  assert.deepEqual(await custody(family), ['ONE 100 0', 'TWO 5 0']);
  assert.deepEqual(
    (await family.rows('transfers', { asset: 'COIN' })).map(({ debit, credit }) => [debit, credit]),
    [
      ['custody:ONE', `${family.alice}:spot:free`],
      ['custody:TWO', `${family.alice}:spot:free`],
    ],
  );
  const audit = await family.lastAudit();
  const { id: _, ...audited } = (audit?.details ?? {}) as Record<string, unknown>;
  assert.deepEqual(audited, {
    direction: 'credit',
    asset: 'COIN',
    amount: '5',
    backed: true,
    network: 'TWO',
  });
});

test('an unbacked credit does not change custody and allows no network', async () => {
  const family = await openTwoNetworks();
  await family.run(adjustBalance, book('credit', 100, unbacked));
  assert.deepEqual(await custody(family), []);
  const named = await family.refused(adjustBalance, book('credit', 1, { ...unbacked, network: 'ONE' }));
  assert.equal(named.rejected, 'operator-invalid');
  const unknown = await family.refused(adjustBalance, book('credit', 1, { network: 'THREE' }));
  assert.deepEqual(unknown, {
    rejected: 'network-unknown',
    details: { network: 'THREE', asset: 'COIN' },
  });
});

test('a backed debit reduces custody, but not below zero', async () => {
  const family = await openTwoNetworks();
  await family.run(adjustBalance, book('credit', 10));
  await family.run(adjustBalance, book('credit', 10, unbacked));
  await family.run(adjustBalance, book('debit', 4));
  assert.deepEqual(await custody(family), ['ONE 6 0']);
  const { rejected, details } = await family.refused(adjustBalance, book('debit', 7));
  assert.equal(rejected, 'operator-conflict');
  assert.match(String(details.reason), /Custody has 6 COIN available on ONE/);
  await family.refused(adjustBalance, book('debit', 1, { network: 'TWO' }));
  await family.run(adjustBalance, book('debit', 7, unbacked));
  assert.deepEqual(await custody(family), ['ONE 6 0']);
});

test('a deposit increases custody once, when it is credited', async () => {
  const family = await openTwoNetworks();
  const proposed = { address: 'inside', addressTag: '' };
  await family.run(issueDepositAddress, { accountId: family.alice, asset: 'COIN', network: 'TWO', proposed });
  const { id } = await family.run(observeDeposit, {
    network: 'TWO',
    txId: 'in',
    outputIndex: 0,
    address: 'inside',
    addressGroup: 'TWO',
    addressKey: 'inside',
    addressTag: '',
    asset: 'COIN',
    amount: 9n,
    remainder: '0',
  });
  assert.deepEqual(await custody(family), []);
  await family.run(confirmDeposit, { id, confirmations: 1, blockHeight: 1 });
  assert.deepEqual(await custody(family), ['TWO 9 0']);
  await family.run(confirmDeposit, { id, confirmations: 2, blockHeight: 1 });
  assert.deepEqual(await custody(family), ['TWO 9 0']);
});

test('a broadcast reserves the net amount until it fails; submitting reserves nothing', async () => {
  const family = await openTwoNetworks();
  await family.run(adjustBalance, book('credit', 100));
  const [paid, dropped, queued] = [
    await submit(family, 30),
    await submit(family, 20),
    await submit(family, 7),
  ];
  assert.deepEqual(await custody(family), ['ONE 100 0']);
  assert.equal(await claim(family, paid), 'broadcast');
  assert.equal(await claim(family, dropped), 'broadcast');
  assert.deepEqual(await custody(family), ['ONE 54 0']);
  await family.run(settleWithdrawal, { id: paid, confirmed: true });
  const failure = { confirmed: false, failedAttempts: 1, failure: 'a test' } as const;
  await family.run(settleWithdrawal, { id: dropped, ...failure });
  await family.run(failWithdrawal, { id: queued, operator });
  assert.deepEqual(await custody(family), ['ONE 72 0']);
});

test('M9: a withdrawal that custody does not cover waits until custody covers it to the last unit', async () => {
  const family = await openTwoNetworks();
  await family.run(adjustBalance, book('credit', 100, unbacked));
  const id = await submit(family, 90);
  assert.equal(await claim(family, id), 'waiting');
  const [row] = await family.rows('withdrawals', { id });
  assert.deepEqual([row?.stage, row?.waitingFor, row?.signedTransaction], ['waiting', 'liquidity', null]);
  assert.deepEqual(await custody(family), ['ONE 0 1']);
  assert.equal(await claim(family, id), 'unchanged');
  await family.run(adjustBalance, book('credit', 87));
  assert.equal(await claim(family, id), 'unchanged');
  await family.run(adjustBalance, book('credit', 1));
  assert.equal(await claim(family, id), 'broadcast');
  assert.deepEqual(await custody(family), ['ONE 0 0']);
});

test('M9: a claim that changes nothing writes nothing', async () => {
  const family = await openTwoNetworks();
  await family.run(adjustBalance, book('credit', 100, unbacked));
  const id = await submit(family, 90);
  await claim(family, id);
  const before = await family.dump();
  await claim(family, id);
  assert.deepEqual(await family.dump(), before);
});

test('M9: no withdrawal overtakes one that waits for liquidity of the same asset on the same network', async () => {
  const family = await openTwoNetworks();
  await family.run(adjustBalance, book('credit', 10));
  await family.run(adjustBalance, book('credit', 990, unbacked));
  const [large, small, smaller] = [
    await submit(family, 500),
    await submit(family, 8),
    await submit(family, 4),
  ];
  assert.equal(await claim(family, large), 'waiting');
  // Custody covers this one, but it was submitted later.
  assert.equal(await claim(family, small), 'waiting');
  assert.equal(await claim(family, smaller), 'waiting');
  assert.deepEqual(await custody(family), ['ONE 10 3']);
  assert.equal(await claim(family, small, large), 'unchanged');
  await family.run(cancelWithdrawal, { id: large, operator });
  assert.deepEqual(await custody(family), ['ONE 10 2']);
  assert.equal(await claim(family, smaller, small), 'unchanged');
  assert.equal(await claim(family, small, large), 'broadcast');
  assert.equal(await claim(family, smaller, small), 'broadcast');
  assert.deepEqual(await custody(family), ['ONE 2 0']);
});

test('M9: withdrawals that wait on one network do not delay those on another', async () => {
  const family = await openTwoNetworks();
  await family.run(adjustBalance, book('credit', 1000, unbacked));
  const large = await submit(family, 500);
  assert.equal(await claim(family, large), 'waiting');
  await family.run(adjustBalance, book('credit', 10, { network: 'TWO' }));
  assert.equal(await claim(family, await submit(family, 10, 'TWO')), 'broadcast');
});

test('custody of other networks covers a shortfall by a recorded transfer in the same commit', async () => {
  const family = await openTwoNetworks();
  await family.run(adjustBalance, book('credit', 10));
  await family.run(adjustBalance, book('credit', 50, { network: 'TWO' }));
  const before = (await family.transfers()).length;
  const id = await submit(family, 42);
  assert.equal(await claim(family, id), 'broadcast');
  assert.deepEqual(await custody(family), ['ONE 0 0', 'TWO 20 0']);
  assert.deepEqual((await family.transfers(before)).slice(1), [
    `custody-rebalance COIN 30 custody:ONE>custody:TWO ${id}`,
  ]);
  // Nothing is moved if all networks together do not cover the withdrawal.
  await family.run(adjustBalance, book('credit', 100, unbacked));
  const transfers = (await family.transfers()).length;
  assert.equal(await claim(family, await submit(family, 30)), 'waiting');
  assert.equal((await family.transfers()).length, transfers + 1);
  assert.deepEqual(await custody(family), ['ONE 0 1', 'TWO 20 0']);
});

test('a withdrawal of a disabled account does not block those that wait behind it', async () => {
  const family = await openTwoNetworks();
  await family.run(adjustBalance, book('credit', 100, unbacked));
  const [first, second] = [await submit(family, 40), await submit(family, 12)];
  await claim(family, first);
  await claim(family, second);
  await family.run(adjustBalance, book('credit', 10));
  await family.run(updateAccount, { operator, email: 'alice@example.com', enabled: false });
  assert.equal(await claim(family, first), 'waiting');
  assert.deepEqual(await custody(family), ['ONE 10 1']);
  await family.run(updateAccount, { operator, email: 'alice@example.com', enabled: true });
  assert.equal(await claim(family, second, first), 'broadcast');
  // Once the account is enabled, its withdrawal waits for liquidity again.
  assert.equal(await claim(family, first), 'waiting');
  await family.run(rejectWithdrawal, { id: first, operator });
  assert.deepEqual(await custody(family), ['ONE 0 0']);
});

test('nothing is claimed during maintenance; queued and waiting withdrawals are sent afterwards', async () => {
  const family = await openTwoNetworks();
  const turn = (status: 0 | 1) =>
    family.run(putSettings, { operator, settings: { systemStatus: { status } } });
  await family.run(adjustBalance, book('credit', 100, unbacked));
  const [waits, queued] = [await submit(family, 20), await submit(family, 20, 'TWO')];
  assert.equal(await claim(family, waits), 'waiting');
  await family.run(adjustBalance, book('credit', 100));
  await turn(1);
  const before = await family.dump();
  assert.equal(await claim(family, waits), 'unchanged');
  assert.equal(await claim(family, queued), 'unchanged');
  assert.deepEqual(await family.dump(), before);
  await turn(0);
  assert.equal(await claim(family, waits), 'broadcast');
  assert.equal(await claim(family, queued), 'broadcast');
});
