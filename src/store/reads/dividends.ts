/** Dividends, their shares and their payments. */
import type { Row } from '../tables.ts';
import type { Counted, KeyedPage, Range } from './page.ts';

export type DividendReads = {
  /** Balances of one asset, ordered by account. */
  balancesOfAssetAfter(
    asset: string,
    accountId: number,
    wallet: string,
    limit: number,
  ): Promise<readonly Row<'balances'>[]>;
  /** The dividends that are being paid or have been paid, newest first. */
  dividends(page: KeyedPage): Promise<readonly Row<'dividends'>[]>;
  /** Dividends that are being prepared or paid. */
  dividendsUnfinished(): Promise<readonly Row<'dividends'>[]>;
  /** Unpaid shares of a dividend, ordered by account. */
  dividendShares(tranId: number, limit: number): Promise<readonly Row<'dividend_shares'>[]>;
  dividendPayments(
    accountId: number,
    filter: Range & { readonly asset?: string | undefined },
    limit: number,
  ): Promise<Counted<Row<'dividend_payments'>>>;
};
