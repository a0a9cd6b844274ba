/** Reads of dividends: their holders, shares and payments. */
import type { DividendReads } from '../../reads/dividends.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { conditions, count, timePage } from './statement-parts.ts';

export function dividendReads(run: SqlRunner): DividendReads {
  return {
    // balances_by_asset
    balancesOfAssetAfter: (asset, accountId, wallet, limit) =>
      run.rows(
        'balances',
        'SELECT * FROM balances WHERE asset = ? AND (account_id, wallet) > (?, ?) ORDER BY account_id, wallet LIMIT CAST(? AS INTEGER)',
        [asset, accountId, wallet, limit],
      ),
    // the primary key
    dividends: ({ behind = Number.MAX_SAFE_INTEGER, limit, offset }) =>
      run.rows(
        'dividends',
        "SELECT * FROM dividends WHERE state <> 'preparing' AND tran_id < ? ORDER BY tran_id DESC LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)",
        [behind, limit, offset],
      ),
    // dividends_unfinished
    dividendsUnfinished: () =>
      run.rows('dividends', "SELECT * FROM dividends WHERE state <> 'done' ORDER BY tran_id", []),
    // the primary key
    dividendShares: (tranId, limit) =>
      run.rows(
        'dividend_shares',
        'SELECT * FROM dividend_shares WHERE tran_id = ? ORDER BY account_id LIMIT CAST(? AS INTEGER)',
        [tranId, limit],
      ),
    // dividend_payments_by_account
    dividendPayments: async (accountId, filter, limit) => {
      const where = conditions(
        ['account_id = ?', accountId],
        ['asset = ?', filter.asset],
        ['at >= ?', filter.from],
        ['at <= ?', filter.to],
      );
      const rows = await timePage(run, 'dividend_payments', where, ['at', 'tran_id'], filter, {
        limit,
        offset: 0,
      });
      return { rows, total: await count(run, 'dividend_payments', where) };
    },
  };
}
