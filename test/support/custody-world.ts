/** A world with an asset on two networks, and actions for tests of custody. */
import assert from 'node:assert/strict';
import { putAsset } from '../../src/command/catalog/asset-put.ts';
import type { BalanceAdjustment } from '../../src/command/ledger/balance-adjust.ts';
import { type ClaimResult, claimWithdrawal } from '../../src/command/withdrawal/withdrawal-claim.ts';
import { submitWithdrawal } from '../../src/command/withdrawal/withdrawal-submit.ts';
import { openStoreWorld, type StoreWorld } from './store-world.ts';
import { asset, decimal, network, operator } from './world-plan.ts';

/** An asset on two networks, of which only the first has a fee. */
export async function openTwoNetworks(): Promise<StoreWorld> {
  const world = await openStoreWorld();
  const networks = [{ ...network('ONE', 'opaque'), withdrawFee: 2n }, network('TWO', 'opaque')];
  await world.run(putAsset, { operator, asset: asset('COIN', networks, 0) });
  return world;
}

type Booking = Partial<BalanceAdjustment>;
/** A backed booking of COIN for alice, except for `more`. */
export const book = (direction: 'credit' | 'debit', amount: number, more: Booking = {}) => ({
  operator,
  email: 'alice@example.com',
  asset: 'COIN',
  amount: decimal(`${amount}`),
  direction,
  ...more,
});
export const unbacked = { backed: false } as const;

/** Submits a withdrawal of alice. @returns its id. */
export async function submit(world: StoreWorld, amount: number, where = 'ONE'): Promise<string> {
  const { id } = await world.run(submitWithdrawal, {
    accountId: world.alice,
    asset: 'COIN',
    network: where,
    address: 'far-away',
    amount: decimal(`${amount}`),
  });
  return id;
}

/** @param previousId the withdrawal that waits before it. */
export async function claim(world: StoreWorld, id: string, previousId?: string): Promise<ClaimResult> {
  const transaction = { txId: `tx-${id}`, signedTransaction: `signed-${id}` };
  const [withdrawal] = await world.rows('withdrawals', { id });
  assert.ok(withdrawal);
  return world.run(claimWithdrawal, { withdrawal, previousId, transaction });
}

/** Each network as text: `network available waiting`. */
export const custody = async (world: StoreWorld) =>
  (await world.rows('custody', { asset: 'COIN' })).map(
    (row) => `${row.network} ${row.available} ${row.waiting}`,
  );
