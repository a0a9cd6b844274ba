/** Balances as they are. */
import type { Wallet } from '../../domain/ledger/ledger.ts';
import type { Row } from '../tables.ts';
import type { KeyedPage } from './page.ts';

/** The balance of an account in one asset and wallet. A held amount is either being withdrawn or locked. */
export type AccountBalance = {
  readonly asset: string;
  readonly wallet: Wallet;
  readonly free: bigint;
  /** Held by open withdrawals. */
  readonly withdrawing: bigint;
  /** Held by deposits that are credited and cannot be used yet. */
  readonly locked: bigint;
};

export type BalanceReads = {
  /** Balances that owe an amount, by account and asset: those of accounts behind this id. */
  balancesOwing(page: KeyedPage): Promise<readonly Row<'balances'>[]>;
  balancesAfter(
    accountId: number,
    asset: string,
    wallet: string,
    limit: number,
  ): Promise<readonly Row<'balances'>[]>;
  /**
   * The balances of an account, ordered by asset and wallet, including those of zero; not paged. It reads one row for
   * each locked deposit.
   */
  accountBalances(
    accountId: number,
    filter: { readonly asset?: string | undefined; readonly wallet?: Wallet | undefined },
  ): Promise<readonly AccountBalance[]>;
};
