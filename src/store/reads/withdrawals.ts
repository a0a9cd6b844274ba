/** Withdrawals and their attempts. */
import type { OpenStage } from '../../contract/withdrawal-stages.ts';
import type { Row } from '../tables.ts';
import type { HistoryPage, Range } from './page.ts';

export type WithdrawalFilter = Range & {
  readonly asset?: string | undefined;
  readonly stages?: readonly string[] | undefined;
  readonly orderId?: string | undefined;
  /** At least one. */
  readonly ids?: readonly string[] | undefined;
};

/** The columns of a broadcast withdrawal that a sweep needs: it reads all of them again and again. */
export type BroadcastWithdrawal = Pick<
  Row<'withdrawals'>,
  'seq' | 'id' | 'asset' | 'network' | 'txId' | 'signedTransaction' | 'failure'
>;

export type WithdrawalReads = {
  /** Oldest first; without `from`, the newest page. */
  withdrawals(
    accountId: number,
    filter: WithdrawalFilter,
    page: HistoryPage,
  ): Promise<readonly Row<'withdrawals'>[]>;
  /** Open withdrawals of all accounts in a stage, oldest first. */
  withdrawalsUnderWay(
    stage: OpenStage,
    afterSeq: number,
    limit: number,
  ): Promise<readonly Row<'withdrawals'>[]>;
  /** Broadcast withdrawals of all accounts, oldest first. */
  broadcastWithdrawals(afterSeq: number, limit: number): Promise<readonly BroadcastWithdrawal[]>;
  /** Queued withdrawals that the server sends: those of networks that are not manual, oldest first. */
  withdrawalsToSend(afterSeq: number, limit: number): Promise<readonly Row<'withdrawals'>[]>;
  /** Withdrawals that have a single transaction, which is one of these. */
  withdrawalsOfTransactions(
    network: string,
    txIds: readonly string[],
  ): Promise<readonly Row<'withdrawals'>[]>;
  /** The withdrawals of an account with one of these order ids, in no particular order. */
  withdrawalsOfOrders(accountId: number, orderIds: readonly string[]): Promise<readonly Row<'withdrawals'>[]>;
  /** Attempts with one of these transactions, of withdrawals that have several. */
  attemptsOfTransactions(
    network: string,
    txIds: readonly string[],
  ): Promise<readonly Row<'withdrawal_attempts'>[]>;
};
