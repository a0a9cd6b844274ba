/** A world with an asset on a manual network, and actions for tests of claims. */
import { putAsset } from '../../src/command/catalog/asset-put.ts';
import { putNetwork } from '../../src/command/catalog/network-put.ts';
import { submitWithdrawal } from '../../src/command/withdrawal/withdrawal-submit.ts';
import type { Store } from '../../src/store/port.ts';
import { machine, person } from './people.ts';
import { openStoreWorld, type StoreWorld } from './store-world.ts';
import { asset, decimal, network, operator } from './world-plan.ts';

export const signer = machine('signer', 'signer');
export const otherSigner = machine('other', 'signer');
export const treasurer = person('tara', 'treasurer');
export const leaseMs = 60_000;

/** Alice has 100 units of HAND, which a withdrawal of 10 leaves with a fee of 1. */
export async function openManual(store?: Store): Promise<StoreWorld> {
  const world = await openStoreWorld(store);
  const change = { addressFormat: 'opaque', connector: 'manual' } as const;
  await world.run(putNetwork, { operator, network: 'HAND', change });
  const terms = { withdrawFee: 1n, minConfirm: 3, unlockConfirm: 5 };
  const networks = [{ ...network('HAND', 'opaque'), ...terms }];
  await world.run(putAsset, { operator, asset: asset('HAND', networks, 0) });
  await world.credit('alice', 'HAND', '100');
  return world;
}

/** @returns the id of a queued withdrawal. */
export async function queue(world: StoreWorld, amount = 10): Promise<string> {
  const { id } = await world.run(submitWithdrawal, {
    accountId: world.alice,
    asset: 'HAND',
    address: 'far-away',
    amount: decimal(`${amount}`),
  });
  return id;
}
