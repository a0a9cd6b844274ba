/**
 * The address book of an account: destinations of withdrawals, some of them whitelisted. An entry is for one asset on one
 * network; all spellings of a destination are one entry.
 */
import { keysOf } from '../../boundary/record.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import { readAddress } from '../../domain/address/address.ts';
import { type Destination, meaningOf, readDestination } from '../../domain/address/destination.ts';
import { type Catalog, networkOf } from '../../domain/catalog/catalog.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { addressBookEntry, addressBookOf, maxAddressBookEntries } from '../../store/address-lookups.ts';
import { accountByEmail } from '../../store/lookups.ts';
import type { Command, DecisionContext, Lookup } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { makerOf } from '../approver-of.ts';
import { noAccount } from '../operator-rejections.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

type Place = {
  readonly asset: string;
  readonly network: string;
  readonly address: string;
  readonly addressTag?: string | undefined;
};

export type AddressBookPut = Place & {
  readonly operator: Operator;
  readonly email: string;
  readonly name: string;
  readonly whitelisted: boolean;
  /** The exchange or wallet of the address, or `others`, of which `origin` says more. */
  readonly originType: string;
  readonly origin: string;
};

export type AddressBookDelete = Place & { readonly operator: Operator; readonly email: string };

type Entry = Row<'address_book'>;

/** Adds an entry or replaces it. One that stays whitelisted keeps the time from which it counts. */
export const putAddressBookEntry: Command<
  AddressBookPut,
  Entry,
  'account-unknown' | 'address-book-full' | PlaceError
> = {
  name: 'address-book-put',
  // Two additions at a time must not exceed the maximum, and approvals depend on the entries.
  needsLatest: true,
  changesLatest: true,
  prefetch: [
    ({ email }) => [accountByEmail(normaliseEmail(email))],
    (put, rows, { catalog }) => {
      const account = rows.one(accountByEmail(normaliseEmail(put.email)));
      if (account === undefined) return [];
      return [addressBookOf(account.id), ...entryLookups(account.id, put, catalog)];
    },
  ],
  decide(put, rows, context) {
    const email = normaliseEmail(put.email);
    const account = rows.one(accountByEmail(email));
    if (account === undefined) return noAccount(email);
    const place = readPlace(put, context.catalog);
    if ('rejected' in place) return place;
    const known = rows.one(addressBookEntry(account.id, put.asset, put.network, place.key, place.tag));
    if (known === undefined && rows.all(addressBookOf(account.id)).length >= maxAddressBookEntries)
      return reject('address-book-full', { email, maximum: maxAddressBookEntries });
    const entry = entryOf(account.id, put, place, known, context);
    if (known !== undefined && isSame(known, entry)) return { reply: known, writes: [] };
    const work = new UnitOfWork(rows, context);
    work.write({ put: 'address_book', row: entry });
    work.audit(put.operator, 'address-book-put', email, { from: known ?? null, to: entry });
    return work.reply(entry);
  },
};

export const deleteAddressBookEntry: Command<
  AddressBookDelete,
  Entry,
  'account-unknown' | 'address-book-entry-unknown'
> = {
  name: 'address-book-delete',
  needsLatest: true,
  changesLatest: true,
  prefetch: [
    ({ email }) => [accountByEmail(normaliseEmail(email))],
    (input, rows, { catalog }) => {
      const account = rows.one(accountByEmail(normaliseEmail(input.email)));
      return account === undefined ? [] : entryLookups(account.id, input, catalog);
    },
  ],
  decide(input, rows, context) {
    const email = normaliseEmail(input.email);
    const account = rows.one(accountByEmail(email));
    if (account === undefined) return noAccount(email);
    const { asset, network, address } = input;
    const [lookup] = entryLookups(account.id, input, context.catalog);
    const entry = lookup && rows.one(lookup);
    if (entry === undefined) return reject('address-book-entry-unknown', { email, asset, network, address });
    const { accountId, addressKey, addressTag } = entry;
    const work = new UnitOfWork(rows, context);
    work.write({ delete: 'address_book', key: { accountId, asset, network, addressKey, addressTag } });
    work.audit(input.operator, 'address-book-delete', email, { from: entry });
    return work.reply(entry);
  },
};

/** Also finds entries whose asset has left the network since. Empty if the network is not defined. */
function entryLookups(
  accountId: number,
  { asset, network, address, addressTag }: Place,
  { networks }: Catalog,
): readonly Lookup<'address_book'>[] {
  const rules = networks.get(network);
  if (rules === undefined) return [];
  const { key, tag } = meaningOf(rules, rules.tag, address, addressTag);
  return [addressBookEntry(accountId, asset, network, key, tag)];
}

type PlaceError =
  | 'asset-unknown'
  | 'network-unknown'
  | 'address-invalid'
  | 'address-tag-invalid'
  | 'address-contains-tag';

function readPlace(
  { asset: code, network, address, addressTag = '' }: Place,
  { assets, networks }: Catalog,
): Destination | Rejection<PlaceError> {
  const asset = assets.get(code);
  if (asset === undefined) return reject('asset-unknown', { asset: code });
  const rules = networks.get(network);
  if (rules === undefined || networkOf(asset, network) === undefined)
    return reject('network-unknown', { network, asset: code });
  const read = readDestination(rules, rules.tag, address, addressTag);
  if (read === 'address-invalid') return reject(read, { address, network });
  if (readAddress(rules, address)?.tag !== undefined) return reject('address-contains-tag', { address });
  return read === 'address-tag-invalid' ? reject(read, { addressTag, network }) : read;
}

function entryOf(
  accountId: number,
  put: AddressBookPut,
  { key, tag }: Destination,
  known: Entry | undefined,
  { nowMs }: DecisionContext,
): Entry {
  const { asset, network, address, name, originType, origin, whitelisted } = put;
  // An operator who only changes the label has not chosen the destination, and must not replace the one who did.
  const isSameDestination = known !== undefined && (known.whitelistedAt !== null) === whitelisted;
  return {
    accountId,
    asset,
    network,
    addressKey: key,
    addressTag: tag,
    address,
    name,
    originType,
    origin,
    whitelistedAt: whitelisted ? (known?.whitelistedAt ?? nowMs) : null,
    createdAt: known?.createdAt ?? nowMs,
    operator: isSameDestination ? known.operator : makerOf(put.operator),
  };
}

/** An operator who sends the same entry again has not edited it. */
function isSame(known: Entry, { operator: _, ...entry }: Entry): boolean {
  return keysOf(entry).every((field) => known[field] === entry[field]);
}
