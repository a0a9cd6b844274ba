/** Rows of all accounts by a time of theirs. Each read goes through a whole table: only for the clock of the lab. */
import type { Row, TableName } from '../tables.ts';

/** A span of time in ms, without its beginning and with its end. */
export type Span = { readonly after: number; readonly until: number };

type TimeOf<T extends TableName> = {
  [F in keyof Row<T>]: Row<T>[F] extends number | null ? F : never;
}[keyof Row<T>] &
  string;

export type SpanReads = {
  /** The rows whose time is in the span, in the order of that time. */
  rowsInSpan<T extends TableName>(
    table: T,
    time: TimeOf<T>,
    span: Span,
    limit: number,
  ): Promise<readonly Row<T>[]>;
  /** Those of the newest 10,000 withdrawals that are of these assets and were submitted in the span, in that order. */
  newestWithdrawalsInSpan(
    assets: readonly string[],
    span: Span,
    limit: number,
  ): Promise<readonly Row<'withdrawals'>[]>;
  /** The same for withdrawals of accounts with a quota in US dollars, of all assets. */
  newestWithdrawalsUnderQuotaInSpan(span: Span, limit: number): Promise<readonly Row<'withdrawals'>[]>;
};
