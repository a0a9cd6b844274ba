/** Items that wait for a person, oldest first, by source. */
import type { Row } from '../tables.ts';

export type InboxReads = {
  /** Proposed changes that wait for a decision. */
  pendingChangesAfter(seq: number, limit: number): Promise<readonly Row<'pending_changes'>[]>;
  /** Broadcast withdrawals that an operator is failing. */
  failingWithdrawals(afterSeq: number, limit: number): Promise<readonly Row<'withdrawals'>[]>;
  /** The quorums of these withdrawals, in no particular order. @param withdrawalIds at least one. */
  quorumsOf(withdrawalIds: readonly string[]): Promise<readonly Row<'withdrawal_quorums'>[]>;
};
