/** Reads of accounts. */
import type { AccountReads, SubAccountFilter } from '../../reads/accounts.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { amongKeys, conditions, count } from './statement-parts.ts';

export function accountReads(run: SqlRunner): AccountReads {
  const subAccountsWhere = (masterId: number, { email, enabled }: SubAccountFilter) =>
    conditions(
      ['master_id = ?', masterId],
      ['email = ?', email],
      ['enabled = ?', enabled === undefined ? undefined : run.encode('accounts', 'enabled', enabled)],
    );
  return {
    // the primary key
    accounts: ({ behind = 0, limit, offset }) =>
      run.rows(
        'accounts',
        'SELECT * FROM accounts WHERE id > ? ORDER BY id LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)',
        [behind, limit, offset],
      ),
    // the primary key
    accountsOf: async (accountIds) => {
      if (accountIds.length === 0) return new Map();
      const { sql, parameters } = amongKeys('id', accountIds);
      const rows = await run.rows('accounts', `SELECT * FROM accounts WHERE ${sql}`, parameters);
      return new Map(rows.map((row) => [row.id, row]));
    },
    // the primary key
    apiKeysAfter: (apiKey, limit) =>
      run.rows(
        'api_keys',
        'SELECT * FROM api_keys WHERE api_key > ? ORDER BY api_key LIMIT CAST(? AS INTEGER)',
        [apiKey, limit],
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
      const { sql, parameters } = subAccountsWhere(masterId, filter);
      return run.rows(
        'accounts',
        `SELECT * FROM accounts WHERE ${sql.join(' AND ')} ORDER BY id LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)`,
        [...parameters, page.limit, page.offset],
      );
    },
    countSubAccounts: (masterId, filter) => count(run, 'accounts', subAccountsWhere(masterId, filter)),
  };
}
