/** Reads of notes, and of the results of a search box. */
import type { BackOfficeReads } from '../../reads/back-office.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { amongKeys } from './statement-parts.ts';

/** Above every other character. */
const lastCharacter = '\u{10ffff}';

export function backOfficeReads(run: SqlRunner): BackOfficeReads {
  return {
    // account_notes_by_account
    accountNotes: (accountId, beforeSeq, limit) =>
      run.rows(
        'account_notes',
        'SELECT * FROM account_notes WHERE account_id = ? AND seq < ? ORDER BY seq DESC LIMIT CAST(? AS INTEGER)',
        [accountId, beforeSeq, limit],
      ),
    // the unique e-mail
    accountsByPrefix: (prefix, limit) =>
      run.rows(
        'accounts',
        'SELECT * FROM accounts WHERE email >= ? AND email < ? AND id > 0 ORDER BY email LIMIT CAST(? AS INTEGER)',
        [prefix, prefix + lastCharacter, limit],
      ),
    // the primary key
    depositAddressesAt: (addressGroup, addressKey, limit) =>
      run.rows(
        'deposit_addresses',
        `SELECT * FROM deposit_addresses WHERE address_group = ? AND address_key = ?
         ORDER BY address_tag LIMIT CAST(? AS INTEGER)`,
        [addressGroup, addressKey, limit],
      ),
    // the unique key
    freeAddressesAt: (addressGroup, addressKey, limit) =>
      run.rows(
        'address_pool',
        `SELECT * FROM address_pool WHERE address_group = ? AND address_key = ? AND account_id IS NULL
         ORDER BY address_tag LIMIT CAST(? AS INTEGER)`,
        [addressGroup, addressKey, limit],
      ),
    // sub_account_transfers_by_client_id
    familyTransfersOfClient: (clientId, limit) =>
      run.rows(
        'sub_account_transfers',
        'SELECT * FROM sub_account_transfers WHERE client_id = ? ORDER BY master_id LIMIT CAST(? AS INTEGER)',
        [clientId, limit],
      ),
    // address_book_by_address
    addressBookEntriesAt: (addressKeys, limit) => {
      const { sql, parameters } = amongKeys('address_key', addressKeys);
      return run.rows(
        'address_book',
        `SELECT * FROM address_book WHERE ${sql} ORDER BY created_at DESC, account_id LIMIT CAST(? AS INTEGER)`,
        [...parameters, limit],
      );
    },
  };
}
