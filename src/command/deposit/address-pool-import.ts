/**
 * Imports deposit addresses of a manual network, which the owner of their keys has made. Each is given to one customer.
 *
 * All are imported, or none: the reply to a wrong list names each address that cannot be.
 */
import { type Rejection, reject } from '../../contract/errors.ts';
import type { AddressProblem } from '../../contract/operator-command-errors.ts';
import { readAddress } from '../../domain/address/address.ts';
import { readDestination } from '../../domain/address/destination.ts';
import type { Network } from '../../domain/catalog/network.ts';
import { ownAddress, pooledAddress } from '../../store/address-lookups.ts';
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
    ({ network: code, addresses }, rows) => {
      const network = rows.one(networkNamed(code))?.definition;
      return network === undefined ? [] : addresses.flatMap((given) => placeLookups(network, given));
    },
  ],
  decide({ operator, network: code, addresses }, rows, context) {
    const known = rows.one(networkNamed(code));
    if (known === undefined) return reject('network-unknown', { network: code });
    if (known.connector !== 'manual') return reject('network-simulated', { network: code });
    const network = known.definition;
    const refused = refusedOf(network, addresses, rows);
    if (refused !== undefined) return refused;
    const work = new UnitOfWork(rows, context);
    const { addressGroup } = network;
    for (const given of addresses) {
      // cast: no address was refused.
      const { key, tag } = placeOf(network, given) as Place;
      const place = { addressGroup, addressKey: key, addressTag: tag, address: given.address };
      const row = { ...place, importedAt: context.nowMs, accountId: null, usedAt: null };
      work.write({ insert: 'address_pool', row });
    }
    const imported = addresses.length;
    work.audit(operator, 'address-import', code, { addressGroup, imported });
    return work.reply({ imported });
  },
};

function placeOf(network: Network, { address, addressTag }: Given): Place | AddressProblem {
  const place = readDestination(network, network.tag, address, addressTag);
  if (place === 'address-invalid') return 'invalid';
  if (place === 'address-tag-invalid' || readAddress(network, address)?.tag !== undefined)
    return 'tag-invalid';
  return place;
}

function placeLookups(network: Network, given: Given): readonly AnyLookup[] {
  const place = placeOf(network, given);
  if (typeof place === 'string') return [];
  const { addressGroup } = network;
  return [pooledAddress(addressGroup, place.key, place.tag), ownAddress(addressGroup, place.key)];
}

/**
 * An address without a tag that customers use with tags, or the reverse, counts as used too: a payment without a tag
 * would be credited to the wrong one.
 */
function refusedOf(
  network: Network,
  addresses: readonly Given[],
  rows: Rows,
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
        : undefined;
    };
    const problem = problemOf();
    return problem === undefined ? [] : [{ index, address, addressTag, problem }];
  });
  return refused.length === 0
    ? undefined
    : reject('addresses-refused', { network: network.network, refused });
}
