/**
 * Issues the deposit address of an account on a network. It applies to all networks of the address group and to all
 * assets. The first request issues the address, and later requests return the same one. The caller proposes the
 * address; an address or tag never belongs to two accounts.
 *
 * The network is locked until the commit, so that no address is issued under outdated rules.
 */
import { reject } from '../../contract/errors.ts';
import { type Destination, readDestination } from '../../domain/address/destination.ts';
import { networkOf } from '../../domain/catalog/catalog.ts';
import type { Network } from '../../domain/catalog/network.ts';
import { depositAddressAt, depositAddressesOf, pooledAddress } from '../../store/address-lookups.ts';
import { networkNamed } from '../../store/lookups.ts';
import type { AnyLookup, Command, Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { UnitOfWork } from '../unit-of-work.ts';

/** `addressTag` is "" if there is none. */
export type DepositAddress = { readonly address: string; readonly addressTag: string };

export type DepositAddressRequest = {
  readonly accountId: number;
  readonly asset: string;
  readonly network: string;
  readonly proposed: DepositAddress;
};

type IssueError = 'asset-unknown' | 'network-unknown' | 'proposed-address-taken';

export const issueDepositAddress: Command<DepositAddressRequest, DepositAddress, IssueError> = {
  name: 'deposit-address-issue',
  // A withdrawal to this address that is about to be broadcast must see the new address.
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
    if (known === undefined) return reject('asset-unknown', { asset });
    const network = networkOf(known, code) && currentNetwork(code, rows);
    if (network === undefined) return reject('network-unknown', { network: code, asset });
    const issued = activeAddressOf(accountId, network, rows);
    if (issued !== undefined) {
      return { reply: { address: issued.address, addressTag: issued.addressTag }, writes: [] };
    }
    const place = readPlace(network, proposed);
    // An operator assigned the proposed address to another account; the caller tries the next proposal.
    if (place === undefined || rows.one(holderLookup(network, place)) !== undefined)
      return reject('proposed-address-taken');
    const work = new UnitOfWork(rows, context);
    const isPooled = rows.one(networkNamed(code))?.connector === 'manual';
    // Somebody holds the keys only of the addresses that were imported.
    if (isPooled && !useOfPool(work, network, place, accountId, rows))
      return reject('proposed-address-taken');
    const address = newAddress(network, place, proposed.address, accountId, context.nowMs);
    work.write({ insert: 'deposit_addresses', row: address });
    return work.reply({ address: address.address, addressTag: address.addressTag });
  },
};

export function currentNetwork(code: string, rows: Rows): Network | undefined {
  return rows.one(networkNamed(code))?.definition;
}

/** @returns undefined if the address is not valid on the network. */
function readPlace(network: Network, { address, addressTag }: DepositAddress): Destination | undefined {
  const place = readDestination(network, network.tag, address, addressTag);
  return typeof place === 'string' ? undefined : place;
}

/** Looks up the account to which the address already belongs. */
export function holderLookup(
  { addressGroup }: Network,
  { key, tag }: Destination,
): Lookup<'deposit_addresses'> {
  return depositAddressAt(addressGroup, key, tag);
}

const poolLookup = ({ addressGroup }: Network, { key, tag }: Destination) =>
  pooledAddress(addressGroup, key, tag);

/** Notes that an imported address is used. @returns whether it was imported and free. */
export function useOfPool(
  work: UnitOfWork,
  network: Network,
  place: Destination,
  accountId: number,
  rows: Rows,
): boolean {
  const pooled = rows.one(poolLookup(network, place));
  if (pooled?.accountId !== null) return false;
  const { addressGroup, addressKey, addressTag } = pooled;
  const set = { accountId, usedAt: work.nowMs };
  work.write({ update: 'address_pool', key: { addressGroup, addressKey, addressTag }, set });
  return true;
}

export function addressLookups(
  accountId: number,
  network: Network,
  proposed: DepositAddress,
): readonly AnyLookup[] {
  const place = readPlace(network, proposed);
  return [
    depositAddressesOf(accountId, network.addressGroup),
    ...(place ? [holderLookup(network, place), poolLookup(network, place)] : []),
  ];
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
