/** Movements within an account: between its wallets, and from dust to BNB. */
import type { Wallet } from '../../domain/ledger/ledger.ts';
import type { Row } from '../tables.ts';
import type { Counted, Page, Range } from './page.ts';

export type AccountMovementReads = {
  /** The transfers out of one wallet of an account, newest first. */
  walletTransfers(
    accountId: number,
    filter: Range & { readonly fromWallet: Wallet },
    page: Page,
  ): Promise<Counted<Row<'wallet_transfers'>>>;
  /** The newest page of those in the range, oldest first. */
  dustConversions(accountId: number, page: Page, range?: Range): Promise<Counted<Row<'dust_conversions'>>>;
};
