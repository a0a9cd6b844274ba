/** Reads of the movements within an account. */
import type { AccountMovementReads, TableByAccount } from '../../reads/account-movements.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { conditions, count, timePage } from './statement-parts.ts';

const numbers: Readonly<Record<TableByAccount, string>> = {
  wallet_transfers: 'tran_id',
  dust_conversions: 'tran_id',
  dividend_payments: 'tran_id',
  order_events: 'seq',
};

export function accountMovementReads(run: SqlRunner): AccountMovementReads {
  return {
    // wallet_transfers_by_account
    walletTransfers: async (accountId, { fromWallet, from, to }, page) => {
      const where = conditions(
        ['account_id = ?', accountId],
        ['from_wallet = ?', fromWallet],
        ['at >= ?', from],
        ['at <= ?', to],
      );
      const rows = await timePage(run, 'wallet_transfers', where, ['at', 'tran_id'], {}, page);
      return { rows, total: await count(run, 'wallet_transfers', where) };
    },
    // dust_conversions_by_account
    dustConversions: async (accountId, page, { from, to } = {}) => {
      const where = conditions(['account_id = ?', accountId], ['at >= ?', from], ['at <= ?', to]);
      const rows = await timePage(run, 'dust_conversions', where, ['at', 'tran_id'], {}, page);
      return { rows, total: await count(run, 'dust_conversions', where) };
    },
    // wallet_transfers_by_account, dust_conversions_by_account, dividend_payments_by_account, order_events_by_account
    newestOfAccount: (table, accountId, limit) =>
      run.rows(
        table,
        `SELECT * FROM ${table} WHERE account_id = ? ORDER BY at DESC, ${numbers[table]} DESC
         LIMIT CAST(? AS INTEGER)`,
        [accountId, limit],
      ),
  };
}
