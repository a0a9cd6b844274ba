/** Versions of the approval policy, changes that wait for a second person, and the withdrawals that a draft is tried on. */
import type { Row } from '../tables.ts';
import type { KeyedPage } from './page.ts';

export type ApprovalReads = {
  /** Names of operators or API tokens by id. Those that do not exist are missing. */
  namesOf(
    table: 'operators' | 'operator_tokens',
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, string>>;
  /** The versions, newest first. */
  approvalPolicies(page: KeyedPage): Promise<readonly Row<'approval_policies'>[]>;
  /** The changes, newest first: those that wait, or all. */
  pendingChanges(openOnly: boolean, page: KeyedPage): Promise<readonly Row<'pending_changes'>[]>;
  /** The quorums after one, in the order of their withdrawals. */
  quorumsAfter(withdrawalId: string, limit: number): Promise<readonly Row<'withdrawal_quorums'>[]>;
  /** The approvals of these withdrawals, in no particular order. @param withdrawalIds at least one. */
  approvalsOf(withdrawalIds: readonly string[]): Promise<readonly Row<'withdrawal_approvals'>[]>;
  /** These withdrawals, in no particular order. @param ids at least one. */
  withdrawalsNamed(ids: readonly string[]): Promise<readonly Row<'withdrawals'>[]>;
  /** Withdrawals of all accounts with a lower number, newest first. */
  withdrawalsBefore(seq: number, limit: number): Promise<readonly Row<'withdrawals'>[]>;
};
