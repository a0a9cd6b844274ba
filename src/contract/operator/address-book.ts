/** The address books of accounts: destinations of withdrawals, some of them whitelisted. */
import { operatorOperation } from '../operator-operation.ts';
import { milliseconds, type Static, Type } from '../schema.ts';
import {
  addressTagText,
  addressText,
  assetCode,
  emailText,
  networkCode,
  optionalReason,
  orNull,
} from './fields.ts';

const place = {
  asset: assetCode,
  network: networkCode,
  address: addressText,
  addressTag: Type.Optional(addressTagText),
};
const name = Type.String({ description: 'A label.', maxLength: 200 });
const whitelisted = Type.Boolean({
  description: 'Whether it is whitelisted. It counts as whitelisted from whitelistedFrom on.',
});
const originType = Type.String({
  description: 'The exchange or the wallet to which the address belongs, or others.',
  minLength: 1,
  maxLength: 100,
});
const origin = Type.String({ description: 'More about the origin if its type is others.', maxLength: 200 });

export const addressBookEntry = Type.Object({
  asset: assetCode,
  network: networkCode,
  address: { ...addressText, description: 'In the spelling of the last request.' },
  addressTag: addressTagText,
  name,
  originType,
  origin,
  whitelisted,
  whitelistedFrom: orNull(
    milliseconds('Time from which it counts as whitelisted; null if it is not whitelisted'),
  ),
  createdAt: milliseconds('Time at which it was added'),
});
export type AddressBookEntry = Static<typeof addressBookEntry>;

export const putAddressBookEntry = operatorOperation({
  id: 'putAddressBookEntry',
  permission: 'change-access',
  method: 'PUT',
  path: '/operator/v1/accounts/{email}/address-book',
  summary:
    'Add an entry to the address book of an account, which has at most 200, or replace it. All spellings of an address, with the same tag, are one entry for an asset on a network.',
  pathParameters: { email: emailText },
  body: {
    ...place,
    name: Type.Optional({ ...name, default: '' }),
    whitelisted: Type.Optional({ ...whitelisted, default: true }),
    originType: Type.Optional({ ...originType, default: 'others' }),
    origin: Type.Optional({ ...origin, default: '' }),
    ...optionalReason,
  },
  reply: addressBookEntry,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listAddressBook = operatorOperation({
  id: 'listAddressBook',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/accounts/{email}/address-book',
  summary: 'List the address book of an account, oldest entry first.',
  pathParameters: { email: emailText },
  reply: Type.Object({ addressBook: Type.Array(addressBookEntry) }),
  errors: ['operator-not-found'],
});

export const deleteAddressBookEntry = operatorOperation({
  id: 'deleteAddressBookEntry',
  permission: 'change-access',
  method: 'DELETE',
  path: '/operator/v1/accounts/{email}/address-book',
  summary: 'Delete an entry from the address book of an account.',
  pathParameters: { email: emailText },
  query: { ...place, ...optionalReason },
  reply: Type.Object({ entry: addressBookEntry, deleted: Type.Literal(true) }),
  errors: ['operator-not-found'],
});
