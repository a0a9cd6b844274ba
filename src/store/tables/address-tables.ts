/** Deposit addresses, and the address book for withdrawals. */
import { integer, nullable, table, text } from '../columns.ts';

export const addressTables = {
  deposit_addresses: table(
    {
      addressGroup: text(),
      addressKey: text(),
      addressTag: text(),
      address: text(),
      accountId: integer,
      network: text(),
      createdAt: integer,
      retiredAt: nullable(integer),
    },
    ['addressGroup', 'addressKey', 'addressTag'],
  ),
  address_pool: table(
    {
      seq: integer,
      addressGroup: text(),
      addressKey: text(),
      addressTag: text(),
      address: text(),
      importedAt: integer,
      /** The account that it was given to; null: it is free. */
      accountId: nullable(integer),
      usedAt: nullable(integer),
      /** The `addressKey`; null: an earlier version has imported the address for another group, too. */
      uniqueKey: nullable(text()),
    },
    ['addressGroup', 'addressKey', 'addressTag'],
  ),
  address_book: table(
    {
      accountId: integer,
      asset: text(),
      network: text(),
      addressKey: text(),
      addressTag: text(),
      address: text(),
      name: text(),
      originType: text(),
      origin: text(),
      whitelistedAt: nullable(integer),
      createdAt: integer,
      /** Last operator to edit it; null: a customer, the server itself, or (earlier versions) the bootstrap token. */
      operator: nullable(text()),
    },
    ['accountId', 'asset', 'network', 'addressKey', 'addressTag'],
  ),
} as const;
