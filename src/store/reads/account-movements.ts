/** Movements within an account: between its wallets, and from dust to BNB. */
import type { Wallet } from '../../domain/ledger/ledger.ts';
import type { Row } from '../tables.ts';
import type { Counted, HistoryPage, Range } from './page.ts';

/** Tables with an index on account and time. */
export type TableByAccount = 'wallet_transfers' | 'dust_conversions' | 'dividend_payments' | 'order_events';

export type AccountMovementReads = {
  /** The newest page of the transfers out of one wallet of an account. */
  walletTransfers(
    accountId: number,
    filter: Range & { readonly fromWallet: Wallet },
    page: HistoryPage,
  ): Promise<Counted<Row<'wallet_transfers'>>>;
  /** The newest page of those in the range. */
  dustConversions(
    accountId: number,
    page: HistoryPage,
    range?: Range,
  ): Promise<Counted<Row<'dust_conversions'>>>;
  /** The newest rows of an account, newest first. */
  newestOfAccount<T extends TableByAccount>(
    table: T,
    accountId: number,
    limit: number,
  ): Promise<readonly Row<T>[]>;
};
