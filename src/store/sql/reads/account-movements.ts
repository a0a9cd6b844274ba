/** Reads of the movements within an account. */
import type { AccountMovementReads } from '../../reads/account-movements.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { conditions, count, timePage } from './statement-parts.ts';

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
  };
}
