/** Transfers and their seals. */
import type { Row } from '../tables.ts';

export type LedgerReads = {
  transfersAfter(seq: number, limit: number): Promise<readonly Row<'transfers'>[]>;
  /** The number of the last transfer; 0 without transfers. */
  lastTransferSeq(): Promise<number>;
  /** The number of the first transfer after `seq` whose time is later than `atMs`. Reads all transfers up to it. */
  firstTransferLaterThan(seq: number, atMs: number): Promise<number | undefined>;
  /** The transfers of an account with numbers in the interval, by number. Reads all transfers of the interval. */
  accountTransfers(
    accountId: number,
    interval: { readonly after: number; readonly through: number },
    filter: { readonly asset?: string | undefined },
    limit: number,
  ): Promise<readonly Row<'transfers'>[]>;
  lastSeal(): Promise<Row<'transfer_seals'> | undefined>;
  sealsAfter(lastSeq: number, limit: number): Promise<readonly Row<'transfer_seals'>[]>;
};
