/** Balances as they are, and as they were at the end of a day. */
import type { Wallet } from '../../domain/ledger/ledger.ts';
import type { Row } from '../tables.ts';

/** The balance of an account in one asset and wallet. What is held is either being withdrawn or locked. */
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
  /** The newest closed day that is complete and not after `day`. */
  closedDay(day: number): Promise<Row<'closed_days'> | undefined>;
  /** The newest closed day, complete or not. */
  lastClosedDay(): Promise<Row<'closed_days'> | undefined>;
  /** Complete or not, by day. */
  closedDaysAfter(day: number, limit: number): Promise<readonly Row<'closed_days'>[]>;
  /** In order of the primary key. */
  closingsAfter(
    last: {
      readonly accountId: number;
      readonly asset: string;
      readonly wallet: string;
      readonly day: number;
    },
    limit: number,
  ): Promise<readonly Row<'closing_balances'>[]>;
  /** For each balance of the accounts that was ever closed, the newest closing not after `day`. */
  closingBalances(accountIds: readonly number[], day: number): Promise<readonly Row<'closing_balances'>[]>;
};
