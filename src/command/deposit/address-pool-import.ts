/**
 * Imports deposit addresses of a manual network, which the owner of their keys has made. Each is given to one customer.
 *
 * All are imported, or none: the reply to a wrong list names each address that cannot be. An address that another group
 * has would be given to two customers, if their chains have the same addresses.
 */
import { type Rejection, reject } from '../../contract/errors.ts';
import type { AddressProblem } from '../../contract/operator-command-errors.ts';
import { readAddress } from '../../domain/address/address.ts';
import { readDestination } from '../../domain/address/destination.ts';
import type { Catalog } from '../../domain/catalog/catalog.ts';
import type { Network } from '../../domain/catalog/network.ts';
import {
  depositAddressAt,
  importedAnywhere,
  ownAddress,
  pooledAddress,
} from '../../store/address-lookups.ts';
import { networkNamed } from '../../store/lookups.ts';
import type { AnyLookup, Command, Rows } from '../../store/port.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type AddressImport = {
  readonly operator: Operator;
  readonly network: string;
  /** At least one. `addressTag` is "" if there is none. */
  readonly addresses: readonly { readonly address: string; readonly addressTag: string }[];
};

type Given = AddressImport['addresses'][number];
type Place = { readonly key: string; readonly tag: string };

/** The number of addresses that were imported. */
export type AddressesImported = { readonly imported: number };

export const importAddresses: Command<
  AddressImport,
  AddressesImported,
  'network-unknown' | 'network-simulated' | 'addresses-refused'
> = {
  name: 'address-pool-import',
  // A withdrawal to one of the addresses that is about to be claimed must see that it was imported.
  changesLatest: true,
  prefetch: [
    ({ network }) => [networkNamed(network)],
    ({ network: code, addresses }, rows, { catalog }) => {
      const network = rows.one(networkNamed(code))?.definition;
      return network === undefined ? [] : addresses.flatMap((given) => placeLookups(network, given, catalog));
    },
  ],
  decide({ operator, network: code, addresses }, rows, context) {
    const known = rows.one(networkNamed(code));
    if (known === undefined) return reject('network-unknown', { network: code });
    if (known.connector !== 'manual') return reject('network-simulated', { network: code });
    const network = known.definition;
    const refused = refusedOf(network, addresses, rows, context.catalog);
    if (refused !== undefined) return refused;
    const work = new UnitOfWork(rows, context);
    const { addressGroup } = network;
    for (const given of addresses) {
      // cast: no address was refused.
      const { key, tag } = placeOf(network, given) as Place;
      const place = { addressGroup, addressKey: key, addressTag: tag, address: given.address };
      const row = { ...place, uniqueKey: key, importedAt: context.nowMs, accountId: null, usedAt: null };
      work.write({ insert: 'address_pool', row });
    }
    const imported = addresses.length;
    work.audit(operator, 'address-import', code, { addressGroup, imported });
    return work.reply({ imported });
  },
};

function placeOf(network: Network, { address, addressTag }: Given): Place | 'invalid' | 'tag-invalid' {
  const place = readDestination(network, network.tag, address, addressTag);
  if (place === 'address-invalid') return 'invalid';
  if (place === 'address-tag-invalid' || readAddress(network, address)?.tag !== undefined)
    return 'tag-invalid';
  return place;
}

function placeLookups(network: Network, given: Given, catalog: Catalog): readonly AnyLookup[] {
  const place = placeOf(network, given);
  if (typeof place === 'string') return [];
  const { addressGroup } = network;
  const { key, tag } = place;
  return [
    pooledAddress(addressGroup, key, tag),
    importedAnywhere(key, tag),
    ownAddress(addressGroup, key),
    ...otherGroups(network, catalog).map((group) => depositAddressAt(group, key, tag)),
  ];
}

/** Address groups of other manual networks whose addresses look the same. */
function otherGroups({ addressGroup, addressFormat }: Network, { networks, connectors }: Catalog) {
  const groups = [...networks.values()]
    .filter((other) => other.addressFormat === addressFormat && connectors.get(other.network) === 'manual')
    .map((other) => other.addressGroup);
  return [...new Set(groups)].filter((group) => group !== addressGroup);
}

/** @returns the other networks that have the address; undefined: none. */
function elsewhereOf(
  network: Network,
  { key, tag }: Place,
  rows: Rows,
  catalog: Catalog,
): AddressProblem | undefined {
  const holders = [
    rows.one(importedAnywhere(key, tag)),
    ...otherGroups(network, catalog).map((group) => rows.one(depositAddressAt(group, key, tag))),
  ];
  const group = holders.find((holder) => holder !== undefined)?.addressGroup;
  if (group === undefined) return undefined;
  const sharing = [...catalog.networks.values()].filter((each) => each.addressGroup === group);
  return { elsewhere: sharing.length === 0 ? [group] : sharing.map((each) => each.network) };
}

/**
 * An address without a tag that customers use with tags, or the reverse, counts as used too: a payment without a tag
 * would be credited to the wrong one.
 */
function refusedOf(
  network: Network,
  addresses: readonly Given[],
  rows: Rows,
  catalog: Catalog,
): Rejection<'addresses-refused'> | undefined {
  const seen = new Set<string>();
  const tagged = new Map<string, boolean>();
  const { addressGroup } = network;
  const refused = addresses.flatMap(({ address, addressTag }, index) => {
    const place = placeOf(network, { address, addressTag });
    const problemOf = (): AddressProblem | undefined => {
      if (typeof place === 'string') return place;
      const { key, tag } = place;
      const name = JSON.stringify([key, tag]);
      const isMixed = (tagged.get(key) ?? tag !== '') !== (tag !== '');
      tagged.set(key, tag !== '');
      if (seen.has(name) || isMixed) return 'repeated';
      seen.add(name);
      if (rows.one(pooledAddress(addressGroup, key, tag)) !== undefined) return 'imported-before';
      const own = rows.one(ownAddress(addressGroup, key));
      return own !== undefined && (tag === '' || own.addressTag === '' || own.addressTag === tag)
        ? 'in-use'
        : elsewhereOf(network, place, rows, catalog);
    };
    const problem = problemOf();
    return problem === undefined ? [] : [{ index, address, addressTag, problem }];
  });
  return refused.length === 0
    ? undefined
    : reject('addresses-refused', { network: network.network, refused });
}
