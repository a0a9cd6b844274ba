/** Reads for operators: notes, and the results of a search box. */
import type { Row } from '../tables.ts';

export type BackOfficeReads = {
  /** Notes of an account with a lower number, newest first. */
  accountNotes(accountId: number, beforeSeq: number, limit: number): Promise<readonly Row<'account_notes'>[]>;
  /** Accounts whose e-mail begins with a text, by e-mail, without the reserved one. */
  accountsByPrefix(prefix: string, limit: number): Promise<readonly Row<'accounts'>[]>;
  /** Deposit addresses with a key in a group of networks, with any tag. */
  depositAddressesAt(
    addressGroup: string,
    addressKey: string,
    limit: number,
  ): Promise<readonly Row<'deposit_addresses'>[]>;
  /** Imported addresses with a key in a group of networks, with any tag, that no account has. */
  freeAddressesAt(
    addressGroup: string,
    addressKey: string,
    limit: number,
  ): Promise<readonly Row<'address_pool'>[]>;
  /** Transfers between accounts of a family with this id of a client; each family may have one. */
  familyTransfersOfClient(clientId: string, limit: number): Promise<readonly Row<'sub_account_transfers'>[]>;
  /** Entries of the address books of all accounts. @param addressKeys at least one. */
  addressBookEntriesAt(
    addressKeys: readonly string[],
    limit: number,
  ): Promise<readonly Row<'address_book'>[]>;
};
