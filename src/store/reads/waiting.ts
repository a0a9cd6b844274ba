/** Waiting withdrawals, by line. */
import type { Row } from '../tables.ts';

/** Identifies the withdrawals of one asset on one network that wait for the same reason. */
export type WaitingLine = Pick<Row<'withdrawals'>, 'waitingFor' | 'network' | 'asset'>;

export type WaitingReads = {
  /** The reasons, networks and assets for which withdrawals wait. */
  waitingLines(): Promise<readonly WaitingLine[]>;
  /** The withdrawals of one line, in the order of submission. */
  waitingIn(line: WaitingLine, afterSeq: number, limit: number): Promise<readonly Row<'withdrawals'>[]>;
  /** Withdrawals that wait because their account was disabled, of accounts that are enabled again. */
  waitingOfEnabledAccounts(afterSeq: number, limit: number): Promise<readonly Row<'withdrawals'>[]>;
};
