/**
 * The uses of a network that forbid a change of its address rules: open withdrawals, deposits in progress, and issued
 * addresses, which must remain valid.
 */
import type { Network } from '../../domain/catalog/network.ts';
import { addressesOfGroup, maxCounted, openDepositsOn, openWithdrawalsOn } from '../../store/lookups.ts';
import type { Lookup, Rows } from '../../store/port.ts';

type Use = Pick<Network, 'network' | 'addressGroup'>;

/** Looks up the uses of a network, restricted to one asset if it is given. */
export function networkUseLookups({ network, addressGroup }: Use, asset?: string): readonly Lookup[] {
  return [
    openWithdrawalsOn(network, asset),
    openDepositsOn(network, asset),
    addressesOfGroup(addressGroup),
  ] as readonly Lookup[];
}

/** @returns for example `1 open withdrawal and 3 issued addresses`; undefined if the network is not in use. */
export function describeNetworkUse(
  { network, addressGroup }: Use,
  rows: Rows,
  asset?: string,
): string | undefined {
  const counts: readonly (readonly [number, string, string])[] = [
    [rows.all(openWithdrawalsOn(network, asset)).length, 'open withdrawal', 'open withdrawals'],
    [rows.all(openDepositsOn(network, asset)).length, 'deposit in progress', 'deposits in progress'],
    [rows.all(addressesOfGroup(addressGroup)).length, 'issued address', 'issued addresses'],
  ];
  const parts = counts
    .filter(([count]) => count > 0)
    .map(
      ([count, one, many]) =>
        `${count < maxCounted ? count : `${count} or more`} ${count === 1 ? one : many}`,
    );
  if (parts.length < 2) return parts[0];
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
