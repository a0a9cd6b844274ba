/** Balances as they were at the end of a UTC day, and the days that are closed. */
import type { Row } from '../tables.ts';

export type ClosingReads = {
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
