/** Custody: the available amounts and the amounts that broadcasts reserve. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  book,
  claim,
  custody,
  openTwoNetworks,
  submit,
  unbacked,
} from '../../../test/support/custody-world.ts';
import { operator } from '../../../test/support/world-plan.ts';
import { issueDepositAddress } from '../deposit/deposit-address-issue.ts';
import { confirmDeposit } from '../deposit/deposit-confirm.ts';
import { observeDeposit } from '../deposit/deposit-observe.ts';
import { failWithdrawal } from '../withdrawal/withdrawal-fail.ts';
import { settleWithdrawal } from '../withdrawal/withdrawal-settle.ts';
import { adjustBalance } from './balance-adjust.ts';

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
