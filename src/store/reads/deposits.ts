/** Deposits and their addresses. */
import type { DepositStage } from '../../domain/deposit/deposit-stage.ts';
import type { Row } from '../tables.ts';
import type { HistoryPage, Page, Range } from './page.ts';

export type DepositFilter = Range & {
  readonly asset?: string | undefined;
  /** At least one. */
  readonly stages?: readonly string[] | undefined;
  readonly txId?: string | undefined;
};

export type DepositReads = {
  /** Oldest first; without `from`, the newest page. */
  deposits(accountId: number, filter: DepositFilter, page: HistoryPage): Promise<readonly Row<'deposits'>[]>;
  /** The newest unattributed deposits that are still unresolved, oldest first. */
  latestUnattributed(page: Page): Promise<readonly Row<'deposits'>[]>;
  /** Whether an address belongs to this exchange, with any tag. */
  isDepositAddress(addressGroup: string, addressKey: string): Promise<boolean>;
  /** Deposits on a network that wait for confirmations. */
  depositsInProgress(network: string, afterSeq: number, limit: number): Promise<readonly Row<'deposits'>[]>;
  /** Deposits in progress on all networks, ordered by network and `seq`. */
  depositsInProgressAfter(
    network: string,
    afterSeq: number,
    limit: number,
  ): Promise<readonly Row<'deposits'>[]>;
  /** Unattributed deposits in a stage, oldest first. */
  depositsUnattributed(
    stage: DepositStage,
    afterSeq: number,
    limit: number,
  ): Promise<readonly Row<'deposits'>[]>;
  /** Deposits in blocks above a height. */
  depositsInBlocksAbove(
    network: string,
    height: number,
    afterSeq: number,
    limit: number,
  ): Promise<readonly Row<'deposits'>[]>;
  /** The networks that have been scanned and have deposits that a further block, or a reorganisation, may change. */
  networksWithDepositsToFollow(): Promise<ReadonlySet<string>>;
  /** Credited deposits of all networks whose block was reorganised away. */
  depositsReorganised(afterSeq: number, limit: number): Promise<readonly Row<'deposits'>[]>;
  /** Deposits of all accounts with more decimals than their asset has. */
  depositsWithRemainder(afterSeq: number, limit: number): Promise<readonly Row<'deposits'>[]>;
};
