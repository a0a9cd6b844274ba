/**
 * The uses of a network that forbid a change of its address rules: open withdrawals, deposits in progress, and issued
 * addresses, which must remain valid.
 */
import type { NetworkUse } from '../../contract/catalog-command-errors.ts';
import type { Network } from '../../domain/catalog/network.ts';
import { addressesOfGroup } from '../../store/address-lookups.ts';
import { maxCounted, openDepositsOn, openWithdrawalsOn } from '../../store/lookups.ts';
import type { AnyLookup, Rows } from '../../store/port.ts';

type Named = Pick<Network, 'network' | 'addressGroup'>;

/** Looks up the uses of a network, restricted to one asset if it is given. */
export function networkUseLookups({ network, addressGroup }: Named, asset?: string): readonly AnyLookup[] {
  return [openWithdrawalsOn(network, asset), openDepositsOn(network, asset), addressesOfGroup(addressGroup)];
}

/** @returns undefined if the network is not in use. */
export function useOfNetwork(
  { network, addressGroup }: Named,
  rows: Rows,
  asset?: string,
): NetworkUse | undefined {
  const withdrawals = rows.all(openWithdrawalsOn(network, asset)).length;
  const deposits = rows.all(openDepositsOn(network, asset)).length;
  const addresses = rows.all(addressesOfGroup(addressGroup)).length;
  if (withdrawals + deposits + addresses === 0) return undefined;
  return { withdrawals, deposits, addresses, countedUpTo: maxCounted };
}
