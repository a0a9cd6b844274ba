/** Order events and the indicators that are made of them. */
import type { Row } from '../tables.ts';

export type TradingReads = {
  /** Accounts with order events since a time (ms). */
  tradingAccounts(since: number): Promise<readonly number[]>;
  /** Accounts that have stored indicators, with or without order events. */
  accountsWithIndicators(): Promise<readonly number[]>;
  /**
   * Order events of an account, oldest first: those after (`since`, `afterSeq`) in the order of time (ms) and `seq`.
   */
  orderEvents(
    accountId: number,
    since: number,
    afterSeq?: number,
    limit?: number,
  ): Promise<readonly Row<'order_events'>[]>;
  /** The `seq` of order events before a time (ms). */
  orderEventsBefore(before: number, limit: number): Promise<readonly number[]>;
};
