/** A withdrawal of 1 of 2 ETH that was submitted and broadcast, for tests of commands. */
import assert from 'node:assert/strict';
import { broadcastWithdrawal } from '../../src/command/withdrawal/withdrawal-broadcast.ts';
import { submitWithdrawal } from '../../src/command/withdrawal/withdrawal-submit.ts';
import { deriveAddress } from '../../src/domain/address/address.ts';
import { decimal, type Family, openFamily } from './command-world.ts';

export type SentWithdrawal = { readonly family: Family; readonly id: string };

/** It is queued: nothing was sent yet. */
export async function queueOne(): Promise<SentWithdrawal> {
  const family = await openFamily();
  await family.credit('alice', 'ETH', '2');
  const { id } = await family.run(submitWithdrawal, {
    accountId: family.alice,
    asset: 'ETH',
    address: deriveAddress({ addressFormat: 'evm' }, new Uint8Array(32)),
    amount: decimal('1'),
  });
  return { family, id };
}

export async function sendOne(): Promise<SentWithdrawal> {
  const { family, id } = await queueOne();
  const [withdrawal] = await family.rows('withdrawals', { id });
  assert.ok(withdrawal);
  const transaction = { txId: '0x1', signedTransaction: '{}' };
  await family.run(broadcastWithdrawal, { withdrawal, transaction });
  return { family, id };
}
