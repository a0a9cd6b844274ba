/** Waiting withdrawals, by queue. A queue has one asset, network and reason. */
import type { Row } from '../tables.ts';

/** Identifies the withdrawals of one asset on one network that wait for the same reason. */
export type WaitingQueue = Pick<Row<'withdrawals'>, 'waitingFor' | 'network' | 'asset'>;

export type WaitingReads = {
  /** The reasons, networks and assets for which withdrawals wait. */
  waitingQueues(): Promise<readonly WaitingQueue[]>;
  /** The withdrawals of one queue, in the order of submission. */
  waitingIn(queue: WaitingQueue, afterSeq: number, limit: number): Promise<readonly Row<'withdrawals'>[]>;
  /** Withdrawals that wait because their account was disabled, of accounts that are enabled again. */
  waitingOfEnabledAccounts(afterSeq: number, limit: number): Promise<readonly Row<'withdrawals'>[]>;
};
