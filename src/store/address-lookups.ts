/**
 * The lookups of commands about deposit addresses, imported addresses and address books. Each is served by a primary key or
 * another index, which its comment names after the colon unless it is obvious.
 */
import { maxCounted } from './lookups.ts';
import type { Lookup } from './port.ts';

/** The size of an account's address book. */
export const maxAddressBookEntries = 200;

/** Addresses issued in an address group, at most `maxCounted`: the primary key. */
export const addressesOfGroup = (addressGroup: string): Lookup<'deposit_addresses'> => ({
  table: 'deposit_addresses',
  where: { addressGroup },
  limit: maxCounted,
});
/** Finds out whether an address belongs to this exchange, with any tag: the primary key. */
export const ownAddress = (addressGroup: string, addressKey: string): Lookup<'deposit_addresses'> => ({
  table: 'deposit_addresses',
  where: { addressGroup, addressKey },
  limit: 1,
  assume: 'none',
});
export const depositAddressAt = (
  addressGroup: string,
  addressKey: string,
  addressTag: string,
): Lookup<'deposit_addresses'> => ({
  table: 'deposit_addresses',
  where: { addressGroup, addressKey, addressTag },
});
/** The addresses of an account in a group, including retired ones: deposit_addresses_by_account. */
export const depositAddressesOf = (accountId: number, addressGroup: string): Lookup<'deposit_addresses'> => ({
  table: 'deposit_addresses',
  where: { accountId, addressGroup },
});
export const pooledAddress = (
  addressGroup: string,
  addressKey: string,
  addressTag: string,
): Lookup<'address_pool'> => ({ table: 'address_pool', where: { addressGroup, addressKey, addressTag } });
/** An address that was imported for any group: address_pool_unique. */
export const importedAnywhere = (uniqueKey: string, addressTag: string): Lookup<'address_pool'> => ({
  table: 'address_pool',
  where: { uniqueKey, addressTag },
});
/** Finds out whether an address was imported, with any tag: the unique key. */
export const importedAddress = (addressGroup: string, addressKey: string): Lookup<'address_pool'> => ({
  table: 'address_pool',
  where: { addressGroup, addressKey },
  limit: 1,
  assume: 'none',
});
/** An entry of an account's address book: the primary key. */
export const addressBookEntry = (
  accountId: number,
  asset: string,
  network: string,
  addressKey: string,
  addressTag: string,
): Lookup<'address_book'> => ({
  table: 'address_book',
  where: { accountId, asset, network, addressKey, addressTag },
});
/** The address book of an account, at most `maxAddressBookEntries`: the primary key. */
export const addressBookOf = (accountId: number): Lookup<'address_book'> => ({
  table: 'address_book',
  where: { accountId },
  limit: maxAddressBookEntries,
});
