/** A withdrawal of 1 of 2 ETH that was submitted and broadcast, for tests of commands. */
import assert from 'node:assert/strict';
import { claimWithdrawal } from '../../src/command/withdrawal/withdrawal-claim.ts';
import { submitWithdrawal } from '../../src/command/withdrawal/withdrawal-submit.ts';
import { deriveAddress } from '../../src/domain/address/address.ts';
import { openStoreWorld, type StoreWorld } from './store-world.ts';
import { decimal } from './world-plan.ts';

export type SentWithdrawal = { readonly world: StoreWorld; readonly id: string };

/** It is queued: nothing was sent yet. */
export async function queueOne(): Promise<SentWithdrawal> {
  const world = await openStoreWorld();
  await world.credit('alice', 'ETH', '2');
  const { id } = await world.run(submitWithdrawal, {
    accountId: world.alice,
    asset: 'ETH',
    address: deriveAddress({ addressFormat: 'evm' }, new Uint8Array(32)),
    amount: decimal('1'),
  });
  return { world, id };
}

export async function sendOne(): Promise<SentWithdrawal> {
  const { world, id } = await queueOne();
  const [withdrawal] = await world.rows('withdrawals', { id });
  assert.ok(withdrawal);
  const transaction = { txId: '0x1', signedTransaction: '{}' };
  await world.run(claimWithdrawal, { withdrawal, transaction });
  return { world, id };
}
