/** Withdrawals that wait until custody covers them, and the order in which they are claimed. */
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
import { updateAccount } from '../account/account-update.ts';
import { adjustBalance } from '../ledger/balance-adjust.ts';
import { putSettings } from '../settings/settings-put.ts';
import { cancelWithdrawal, rejectWithdrawal } from './withdrawal-decide.ts';

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
