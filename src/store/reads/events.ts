/** The event log, and the balances that it continues from. */
import type { Row } from '../tables.ts';

/** Rows in the order of their numbers; `pruned` if rows after the given number were deleted: all before `firstSeq`. */
export type EventPage =
  | { readonly kind: 'events'; readonly rows: readonly Row<'event_log'>[] }
  | {
      readonly kind: 'pruned';
      readonly firstSeq: number;
      /** The highest number of a transfer of the deleted rows; 0 if they had none. */
      readonly lastTransfer: number;
    };

/** The free Spot balances of an account, and which commits they contain. */
export type FreeBalances = {
  /** Units by asset. */
  readonly free: ReadonlyMap<string, bigint>;
  /** The highest number of a commit that they contain; 0 if the log is empty. */
  readonly lastSeq: number;
  /** Lower numbers, in ascending order, of commits that they do not contain because they may be in progress. */
  readonly missing: readonly number[];
};

/** The part of a transfer that changes balances. */
export type TransferAmounts = Pick<
  Row<'transfers'>,
  'seq' | 'asset' | 'amount' | 'debit' | 'credit' | 'reference'
>;

export type EventReads = {
  /** All at the same moment. */
  freeBalances(accountId: number): Promise<FreeBalances>;
  /** The transfers with numbers from `first` to `last` that change a free Spot balance. */
  freeTransfers(first: number, last: number, limit: number): Promise<readonly TransferAmounts[]>;
  /**
   * The commits after a number, in an order in which no later commit can precede one that was returned. Numbers may be
   * skipped. While a commit is in progress, the commits after it may not be returned yet.
   */
  eventsAfter(seq: number, limit: number): Promise<EventPage>;
};
