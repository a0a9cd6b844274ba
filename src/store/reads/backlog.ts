/** Work that is not finished. */
import type { OpenStage, WaitingReason } from '../../contract/withdrawal-stages.ts';

/** Numbers of open withdrawals, deposits and unsealed transfers. */
export type Backlog = {
  readonly withdrawals: Readonly<Record<OpenStage, number>>;
  /** Withdrawals of stage `waiting`, by reason. */
  readonly waitingFor: Readonly<Record<WaitingReason, number>>;
  /** Deposits in progress. */
  readonly deposits: number;
  /** Deposits whose owner an operator must determine. */
  readonly unattributedDeposits: number;
  /** Upper bound of the number of unsealed transfers; `seq` may have gaps. */
  readonly unsealedTransfers: number;
};

export type BacklogReads = {
  backlog(): Promise<Backlog>;
};
