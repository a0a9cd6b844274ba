/**
 * Gives an account its deposit address on a network, and on all networks of its address group, whatever the asset: made
 * on the first request, the same ever after. What to make is proposed by the caller; an address or tag never belongs to
 * two.
 *
 * The network is read as it is now and stays so until the commit: no address is issued by rules that have changed.
 */
import { reject } from '../../contract/errors.ts';
import { type Destination, readDestination } from '../../domain/address/destination.ts';
import { networkOf } from '../../domain/catalog/catalog.ts';
import type { Network } from '../../domain/catalog/network.ts';
import { depositAddressAt, depositAddressesOf, networkNamed } from '../../store/lookups.ts';
import type { Command, Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { UnitOfWork } from '../unit-of-work.ts';

/** `addressTag` is "" where there is none. */
export type DepositAddress = { readonly address: string; readonly addressTag: string };

export type DepositAddressRequest = {
  readonly accountId: number;
  readonly asset: string;
  readonly network: string;
  readonly proposed: DepositAddress;
};

export const issueDepositAddress: Command<DepositAddressRequest, DepositAddress> = {
  name: 'deposit-address-issue',
  // Withdrawals that are about to be sent there must not miss it.
  changesLatest: true,
  prefetch: [
    ({ network }) => [networkNamed(network)],
    ({ accountId, network, proposed }, rows) => {
      const known = currentNetwork(network, rows);
      return known ? addressLookups(accountId, known, proposed) : [];
    },
  ],
  decide({ accountId, asset, network: code, proposed }, rows, context) {
    const known = context.catalog.assets.get(asset);
    if (known === undefined) return reject('asset-unknown');
    const network = networkOf(known, code) && currentNetwork(code, rows);
    if (network === undefined) return reject('parameter-invalid', { parameter: 'network' });
    const issued = activeAddressOf(accountId, network, rows);
    if (issued !== undefined) {
      return { reply: { address: issued.address, addressTag: issued.addressTag }, writes: [] };
    }
    const place = readPlace(network, proposed);
    // An operator brought the very same one for somebody else; the next proposal may do.
    if (place === undefined || rows.one(holderLookup(network, place)) !== undefined)
      return reject('not-done');
    const work = new UnitOfWork(rows, context);
    const address = newAddress(network, place, proposed.address, accountId, context.nowMs);
    work.write({ insert: 'deposit_addresses', row: address });
    return work.reply({ address: address.address, addressTag: address.addressTag });
  },
};

export function currentNetwork(code: string, rows: Rows): Network | undefined {
  return rows.one(networkNamed(code))?.definition;
}

/** @returns undefined where the network would not take it. */
function readPlace(network: Network, { address, addressTag }: DepositAddress): Destination | undefined {
  const place = readDestination(network, network.tag, address, addressTag);
  return typeof place === 'string' ? undefined : place;
}

/** Whose address it is already, if anybody's. */
export function holderLookup(
  { addressGroup }: Network,
  { key, tag }: Destination,
): Lookup<'deposit_addresses'> {
  return depositAddressAt(addressGroup, key, tag);
}

export function addressLookups(
  accountId: number,
  network: Network,
  proposed: DepositAddress,
): readonly Lookup[] {
  const place = readPlace(network, proposed);
  return [
    depositAddressesOf(accountId, network.addressGroup),
    ...(place ? [holderLookup(network, place)] : []),
  ] as readonly Lookup[];
}

export function activeAddressOf(
  accountId: number,
  { addressGroup }: Network,
  rows: Rows,
): Row<'deposit_addresses'> | undefined {
  return rows.all(depositAddressesOf(accountId, addressGroup)).find((row) => row.retiredAt === null);
}

export function newAddress(
  { network, addressGroup }: Network,
  { key, tag }: Destination,
  address: string,
  accountId: number,
  nowMs: number,
): Row<'deposit_addresses'> {
  return {
    addressGroup,
    addressKey: key,
    addressTag: tag,
    address,
    accountId,
    network,
    createdAt: nowMs,
    retiredAt: null,
  };
}
