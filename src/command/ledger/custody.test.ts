/**
 * Custody: available amounts, the amounts that broadcasts reserve, and the order of withdrawals that wait for
 * liquidity.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStoreWorld, type StoreWorld } from '../../../test/support/store-world.ts';
import { asset, decimal, network, operator } from '../../../test/support/world-plan.ts';
import { updateAccount } from '../account/account-update.ts';
import { putAsset } from '../catalog/asset-put.ts';
import { issueDepositAddress } from '../deposit/deposit-address-issue.ts';
import { confirmDeposit } from '../deposit/deposit-confirm.ts';
import { observeDeposit } from '../deposit/deposit-observe.ts';
import { putSettings } from '../settings/settings-put.ts';
import { type ClaimResult, claimWithdrawal } from '../withdrawal/withdrawal-claim.ts';
import { cancelWithdrawal, rejectWithdrawal } from '../withdrawal/withdrawal-decide.ts';
import { failWithdrawal } from '../withdrawal/withdrawal-fail.ts';
import { settleWithdrawal } from '../withdrawal/withdrawal-settle.ts';
import { submitWithdrawal } from '../withdrawal/withdrawal-submit.ts';
import { adjustBalance, type BalanceAdjustment } from './balance-adjust.ts';

/** An asset on two networks, of which only the first has a fee. */
async function openTwoNetworks(): Promise<StoreWorld> {
  const world = await openStoreWorld();
  const networks = [{ ...network('ONE', 'opaque'), withdrawFee: 2n }, network('TWO', 'opaque')];
  await world.run(putAsset, { operator, asset: asset('COIN', networks, 0) });
  return world;
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

async function submit(world: StoreWorld, amount: number, where = 'ONE'): Promise<string> {
  const { id } = await world.run(submitWithdrawal, {
    accountId: world.alice,
    asset: 'COIN',
    network: where,
    address: 'far-away',
    amount: decimal(`${amount}`),
  });
  return id;
}

async function claim(world: StoreWorld, id: string, previousId?: string): Promise<ClaimResult> {
  const transaction = { txId: `tx-${id}`, signedTransaction: `signed-${id}` };
  const [withdrawal] = await world.rows('withdrawals', { id });
  assert.ok(withdrawal);
  return world.run(claimWithdrawal, {
    withdrawal,
    previousId,
    transaction,
  });
}

/** `network available waiting` */
const custody = async (world: StoreWorld) =>
  (await world.rows('custody', { asset: 'COIN' })).map(
    (row) => `${row.network} ${row.available} ${row.waiting}`,
  );

test('a backed credit is one transfer from the custody of a network and increases what is available there', async () => {
  const world = await openTwoNetworks();
  await world.run(adjustBalance, book('credit', 100));
  await world.run(adjustBalance, book('credit', 5, { network: 'TWO' }));
  assert.deepEqual(await custody(world), ['ONE 100 0', 'TWO 5 0']);
  assert.deepEqual(
    (await world.rows('transfers', { asset: 'COIN' })).map(({ debit, credit }) => [debit, credit]),
    [
      ['custody:ONE', `${world.alice}:spot:free`],
      ['custody:TWO', `${world.alice}:spot:free`],
    ],
  );
  const audit = await world.lastAudit();
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
  const world = await openTwoNetworks();
  await world.run(adjustBalance, book('credit', 100, unbacked));
  assert.deepEqual(await custody(world), []);
  const named = await world.rejection(adjustBalance, book('credit', 1, { ...unbacked, network: 'ONE' }));
  assert.equal(named.rejected, 'booking-unbacked');
  const unknown = await world.rejection(adjustBalance, book('credit', 1, { network: 'THREE' }));
  assert.deepEqual(unknown, {
    rejected: 'network-unknown',
    details: { network: 'THREE', asset: 'COIN' },
  });
});

test('a backed debit reduces custody, but not below zero', async () => {
  const world = await openTwoNetworks();
  await world.run(adjustBalance, book('credit', 10));
  await world.run(adjustBalance, book('credit', 10, unbacked));
  await world.run(adjustBalance, book('debit', 4));
  assert.deepEqual(await custody(world), ['ONE 6 0']);
  const rejection = await world.rejection(adjustBalance, book('debit', 7));
  const details = { asset: 'COIN', network: 'ONE', available: '6' };
  assert.deepEqual(rejection, { rejected: 'custody-below-booking', details });
  await world.rejection(adjustBalance, book('debit', 1, { network: 'TWO' }));
  await world.run(adjustBalance, book('debit', 7, unbacked));
  assert.deepEqual(await custody(world), ['ONE 6 0']);
});

test('a deposit increases custody once, when it is credited', async () => {
  const world = await openTwoNetworks();
  const proposed = { address: 'inside', addressTag: '' };
  await world.run(issueDepositAddress, { accountId: world.alice, asset: 'COIN', network: 'TWO', proposed });
  const { id } = await world.run(observeDeposit, {
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
  assert.deepEqual(await custody(world), []);
  await world.run(confirmDeposit, { id, confirmations: 1, blockHeight: 1 });
  assert.deepEqual(await custody(world), ['TWO 9 0']);
  await world.run(confirmDeposit, { id, confirmations: 2, blockHeight: 1 });
  assert.deepEqual(await custody(world), ['TWO 9 0']);
});

test('a broadcast reserves the net amount until it fails; submitting reserves nothing', async () => {
  const world = await openTwoNetworks();
  await world.run(adjustBalance, book('credit', 100));
  const [paid, dropped, queued] = [await submit(world, 30), await submit(world, 20), await submit(world, 7)];
  assert.deepEqual(await custody(world), ['ONE 100 0']);
  assert.equal(await claim(world, paid), 'broadcast');
  assert.equal(await claim(world, dropped), 'broadcast');
  assert.deepEqual(await custody(world), ['ONE 54 0']);
  await world.run(settleWithdrawal, { id: paid, confirmed: true });
  const failure = { confirmed: false, failedAttempts: 1, failure: 'a test' } as const;
  await world.run(settleWithdrawal, { id: dropped, ...failure });
  await world.run(failWithdrawal, { id: queued, operator });
  assert.deepEqual(await custody(world), ['ONE 72 0']);
});

test('a withdrawal that custody does not cover waits until custody covers it to the last unit', async () => {
  const world = await openTwoNetworks();
  await world.run(adjustBalance, book('credit', 100, unbacked));
  const id = await submit(world, 90);
  assert.equal(await claim(world, id), 'waiting');
  const [row] = await world.rows('withdrawals', { id });
  assert.deepEqual([row?.stage, row?.waitingFor, row?.signedTransaction], ['waiting', 'liquidity', null]);
  assert.deepEqual(await custody(world), ['ONE 0 1']);
  assert.equal(await claim(world, id), 'unchanged');
  await world.run(adjustBalance, book('credit', 87));
  assert.equal(await claim(world, id), 'unchanged');
  await world.run(adjustBalance, book('credit', 1));
  assert.equal(await claim(world, id), 'broadcast');
  assert.deepEqual(await custody(world), ['ONE 0 0']);
});

test('a claim that changes nothing writes nothing', async () => {
  const world = await openTwoNetworks();
  await world.run(adjustBalance, book('credit', 100, unbacked));
  const id = await submit(world, 90);
  await claim(world, id);
  const before = await world.dump();
  await claim(world, id);
  assert.deepEqual(await world.dump(), before);
});

test('no withdrawal overtakes one that waits for liquidity of the same asset on the same network', async () => {
  const world = await openTwoNetworks();
  await world.run(adjustBalance, book('credit', 10));
  await world.run(adjustBalance, book('credit', 990, unbacked));
  const [large, small, smaller] = [await submit(world, 500), await submit(world, 8), await submit(world, 4)];
  assert.equal(await claim(world, large), 'waiting');
  // Custody covers this one, but it was submitted later.
  assert.equal(await claim(world, small), 'waiting');
  assert.equal(await claim(world, smaller), 'waiting');
  assert.deepEqual(await custody(world), ['ONE 10 3']);
  assert.equal(await claim(world, small, large), 'unchanged');
  await world.run(cancelWithdrawal, { id: large, operator });
  assert.deepEqual(await custody(world), ['ONE 10 2']);
  assert.equal(await claim(world, smaller, small), 'unchanged');
  assert.equal(await claim(world, small, large), 'broadcast');
  assert.equal(await claim(world, smaller, small), 'broadcast');
  assert.deepEqual(await custody(world), ['ONE 2 0']);
});

test('withdrawals that wait on one network do not delay those on another', async () => {
  const world = await openTwoNetworks();
  await world.run(adjustBalance, book('credit', 1000, unbacked));
  const large = await submit(world, 500);
  assert.equal(await claim(world, large), 'waiting');
  await world.run(adjustBalance, book('credit', 10, { network: 'TWO' }));
  assert.equal(await claim(world, await submit(world, 10, 'TWO')), 'broadcast');
});

test('custody of other networks covers a shortfall by a recorded transfer in the same commit', async () => {
  const world = await openTwoNetworks();
  await world.run(adjustBalance, book('credit', 10));
  await world.run(adjustBalance, book('credit', 50, { network: 'TWO' }));
  const before = (await world.transfers()).length;
  const id = await submit(world, 42);
  assert.equal(await claim(world, id), 'broadcast');
  assert.deepEqual(await custody(world), ['ONE 0 0', 'TWO 20 0']);
  assert.deepEqual((await world.transfers(before)).slice(1), [
    `custody-rebalance COIN 30 custody:ONE>custody:TWO ${id}`,
  ]);
  // Nothing is moved if all networks together do not cover the withdrawal.
  await world.run(adjustBalance, book('credit', 100, unbacked));
  const transfers = (await world.transfers()).length;
  assert.equal(await claim(world, await submit(world, 30)), 'waiting');
  assert.equal((await world.transfers()).length, transfers + 1);
  assert.deepEqual(await custody(world), ['ONE 0 1', 'TWO 20 0']);
});

test('a withdrawal of a disabled account does not block those that wait behind it', async () => {
  const world = await openTwoNetworks();
  await world.run(adjustBalance, book('credit', 100, unbacked));
  const [first, second] = [await submit(world, 40), await submit(world, 12)];
  await claim(world, first);
  await claim(world, second);
  await world.run(adjustBalance, book('credit', 10));
  await world.run(updateAccount, { operator, email: 'alice@example.com', enabled: false });
  assert.equal(await claim(world, first), 'waiting');
  assert.deepEqual(await custody(world), ['ONE 10 1']);
  await world.run(updateAccount, { operator, email: 'alice@example.com', enabled: true });
  assert.equal(await claim(world, second, first), 'broadcast');
  // Once the account is enabled, its withdrawal waits for liquidity again.
  assert.equal(await claim(world, first), 'waiting');
  await world.run(rejectWithdrawal, { id: first, operator });
  assert.deepEqual(await custody(world), ['ONE 0 0']);
});

test('nothing is claimed during maintenance; queued and waiting withdrawals are sent afterwards', async () => {
  const world = await openTwoNetworks();
  const turn = (status: 0 | 1) =>
    world.run(putSettings, { operator, settings: { systemStatus: { status } } });
  await world.run(adjustBalance, book('credit', 100, unbacked));
  const [waits, queued] = [await submit(world, 20), await submit(world, 20, 'TWO')];
  assert.equal(await claim(world, waits), 'waiting');
  await world.run(adjustBalance, book('credit', 100));
  await turn(1);
  const before = await world.dump();
  assert.equal(await claim(world, waits), 'unchanged');
  assert.equal(await claim(world, queued), 'unchanged');
  assert.deepEqual(await world.dump(), before);
  await turn(0);
  assert.equal(await claim(world, waits), 'broadcast');
  assert.equal(await claim(world, queued), 'broadcast');
});
