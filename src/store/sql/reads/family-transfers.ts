/** Reads of the transfers between the accounts of a family. */
import type {
  FamilyTransferFilter,
  FamilyTransferReads,
  NamedFamilyTransfer,
} from '../../reads/family-transfers.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { conditions, count } from './statement-parts.ts';

/** Transfers of an account from both sides, through the index of each. */
const transfersOfAccount = `
  SELECT t.*, f.email AS from_email, r.email AS to_email
  FROM (
    SELECT * FROM sub_account_transfers WHERE from_account_id = ? AND at >= ? AND at <= ?
    UNION
    SELECT * FROM sub_account_transfers WHERE to_account_id = ? AND at >= ? AND at <= ?
  ) AS t
  JOIN accounts AS f ON f.id = t.from_account_id
  JOIN accounts AS r ON r.id = t.to_account_id
  ORDER BY t.at, t.tran_id LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)`;

/** The newest first. The page is found by the index alone, before the e-mails are looked up. */
const pageOfTransfers = (where: string) => `
  SELECT t.*, f.email AS from_email, r.email AS to_email
  FROM (
    SELECT * FROM sub_account_transfers WHERE ${where}
    ORDER BY at DESC, tran_id DESC LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)
  ) AS t
  JOIN accounts AS f ON f.id = t.from_account_id
  JOIN accounts AS r ON r.id = t.to_account_id
  ORDER BY t.at DESC, t.tran_id DESC`;

export function familyTransferReads(run: SqlRunner): FamilyTransferReads {
  return {
    // sub_account_transfers_by_sender, sub_account_transfers_by_recipient
    subAccountTransfers: (accountId, { from, to }, page) => {
      const side = [accountId, from ?? 0, to ?? Number.MAX_SAFE_INTEGER];
      // cast: the statement selects the names too.
      return run.rows('sub_account_transfers', transfersOfAccount, [
        ...side,
        ...side,
        page.limit,
        page.offset,
      ]) as Promise<readonly NamedFamilyTransfer[]>;
    },
    // sub_account_transfers_by_sender, sub_account_transfers_by_recipient, sub_account_transfers_by_client_id
    familyTransfers: (filter, page) => {
      const { sql, parameters } = transfersWhere(filter);
      // cast: the statement selects the names too.
      return run.rows('sub_account_transfers', pageOfTransfers(sql.join(' AND ')), [
        ...parameters,
        page.limit,
        page.offset,
      ]) as Promise<readonly NamedFamilyTransfer[]>;
    },
    countFamilyTransfers: (filter) => count(run, 'sub_account_transfers', transfersWhere(filter)),
  };
}

function transfersWhere(filter: FamilyTransferFilter) {
  return conditions(
    ['from_account_id = ?', 'fromAccountId' in filter ? filter.fromAccountId : undefined],
    ['to_account_id = ?', 'toAccountId' in filter ? filter.toAccountId : undefined],
    ['master_id = ?', 'masterId' in filter ? filter.masterId : undefined],
    ['client_id = ?', filter.clientId],
    ['asset = ?', filter.asset],
    ['at >= ?', filter.from],
    ['at <= ?', filter.to],
  );
}
