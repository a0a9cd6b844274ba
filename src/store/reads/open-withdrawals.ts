/** Amounts and times of many movements at once, without the rest of their rows. */
import type { OpenStage } from '../../contract/withdrawal-stages.ts';
import type { WithdrawalStage } from '../../domain/withdrawal/withdrawal-stage.ts';

/** Amounts in units, the time in ms. */
export type OpenWithdrawal = {
  readonly seq: number;
  readonly asset: string;
  readonly network: string;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly appliedAt: number;
};

/** A gross amount in units. */
export type WithdrawnAmount = { readonly asset: string; readonly amount: bigint };

export type OpenWithdrawalReads = {
  /**
   * The withdrawals of an account since a time, ms, without those in the stages `except`, in no particular order; null
   * if there are more than `limit` withdrawals, whatever their stage.
   */
  withdrawnSince(
    accountId: number,
    from: number,
    except: readonly WithdrawalStage[],
    limit: number,
  ): Promise<readonly WithdrawnAmount[] | null>;
  /** Open withdrawals of all accounts in a stage, oldest first. */
  openWithdrawalsAfter(stage: OpenStage, afterSeq: number, limit: number): Promise<readonly OpenWithdrawal[]>;
  /** The number of open withdrawals in a stage, of which at most `limit` are counted, and the time of the oldest. */
  countOpenWithdrawals(
    stage: OpenStage,
    limit: number,
  ): Promise<{ readonly count: number; readonly oldest: number | null }>;
  /** The times at which the newest rows were added, newest first, ms. */
  newestTimes(table: 'withdrawals' | 'deposits', limit: number): Promise<readonly number[]>;
};
