/** Reads of items that wait for a person. */
import type { InboxReads } from '../../reads/inbox.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { amongKeys, rowsAfter } from './statement-parts.ts';

export function inboxReads(run: SqlRunner): InboxReads {
  return {
    // pending_changes_open
    pendingChangesAfter: (...page) => rowsAfter(run, 'pending_changes', "state = 'pending'", [], ...page),
    // withdrawals_failing
    failingWithdrawals: (...page) =>
      rowsAfter(run, 'withdrawals', 'failure IS NOT NULL AND settled_at IS NULL', [], ...page),
    // the primary key
    quorumsOf: (withdrawalIds) => {
      const { sql, parameters } = amongKeys('withdrawal_id', withdrawalIds);
      return run.rows('withdrawal_quorums', `SELECT * FROM withdrawal_quorums WHERE ${sql}`, parameters);
    },
  };
}
