/** Reads of accounts and of the transfers between the accounts of a family. */
import type { AccountReads } from '../../reads.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { amongKeys, conditions } from './statement-parts.ts';

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

export function accountReads(run: SqlRunner): AccountReads {
  return {
    // the primary key
    accounts: ({ limit, offset }) =>
      run.rows(
        'accounts',
        'SELECT * FROM accounts WHERE id > 0 ORDER BY id LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)',
        [limit, offset],
      ),
    // the primary key
    emailsOf: async (accountIds) => {
      if (accountIds.length === 0) return new Map();
      const { sql, parameters } = amongKeys('id', accountIds);
      const rows = await run.values(`SELECT id, email FROM accounts WHERE ${sql}`, parameters);
      return new Map(rows.map(({ id, email }) => [Number(id), String(email)]));
    },
    // accounts_by_master
    subAccounts: (masterId, filter, page) => {
      const where = conditions(
        ['master_id = ?', masterId],
        ['email = ?', filter.email],
        [
          'enabled = ?',
          filter.enabled === undefined ? undefined : run.encode('accounts', 'enabled', filter.enabled),
        ],
      );
      return run.rows(
        'accounts',
        `SELECT * FROM accounts WHERE ${where.sql.join(' AND ')} ORDER BY id LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)`,
        [...where.parameters, page.limit, page.offset],
      );
    },
    // sub_account_transfers_by_sender, sub_account_transfers_by_recipient
    subAccountTransfers: (accountId, { from, to }, page) => {
      const side = [accountId, from ?? 0, to ?? Number.MAX_SAFE_INTEGER];
      return run.rows('sub_account_transfers', transfersOfAccount, [
        ...side,
        ...side,
        page.limit,
        page.offset,
      ]) as ReturnType<AccountReads['subAccountTransfers']>;
    },
  };
}
