import { unwrap } from '../../command/outcome.ts';
import { isRejection } from '../../contract/errors.ts';
import type { AddressBookEntry } from '../../contract/operator/address-book.ts';
import * as operations from '../../contract/operator/address-book.ts';
import type { Settings } from '../../domain/catalog/catalog.ts';
import { whitelistedFrom } from '../../domain/withdrawal/whitelist.ts';
import type { Row } from '../../store/tables.ts';
import { implement } from '../handler.ts';
import { accountNamed } from './subject.ts';

export const putAddressBookEntry = implement(
  operations.putAddressBookEntry,
  async ({ path: { email }, body: { reason: _, ...given } }, operator, { commands, catalog }) => {
    const entry = { name: '', whitelisted: true, originType: 'others', origin: '', ...given };
    const outcome = unwrap(await commands.submit('putAddressBookEntry', { ...entry, operator, email }));
    return isRejection(outcome) ? outcome : viewEntry(outcome.done, catalog().settings);
  },
);

export const listAddressBook = implement(
  operations.listAddressBook,
  async ({ path: { email } }, _operator, parts) => {
    const account = await accountNamed(parts, email);
    if (isRejection(account)) return account;
    const rows = await parts.reads.rows('address_book', { accountId: account.id });
    const byTime = rows.toSorted((a, b) => a.createdAt - b.createdAt);
    const { settings } = parts.catalog();
    return { addressBook: byTime.map((row) => viewEntry(row, settings)) };
  },
);

export const deleteAddressBookEntry = implement(
  operations.deleteAddressBookEntry,
  async ({ path: { email }, query: { reason: _, ...place } }, operator, { commands, catalog }) => {
    const outcome = unwrap(await commands.submit('deleteAddressBookEntry', { ...place, operator, email }));
    if (isRejection(outcome)) return outcome;
    return { entry: viewEntry(outcome.done, catalog().settings), deleted: true };
  },
);

export function viewEntry(row: Row<'address_book'>, settings: Settings): AddressBookEntry {
  return {
    asset: row.asset,
    network: row.network,
    address: row.address,
    addressTag: row.addressTag,
    name: row.name,
    originType: row.originType,
    origin: row.origin,
    whitelisted: row.whitelistedAt !== null,
    whitelistedFrom: whitelistedFrom(row, settings),
    createdAt: row.createdAt,
  };
}
