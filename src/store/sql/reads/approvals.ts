/** Reads of the approval policy, of proposed changes, and of withdrawals backwards. */
import type { ApprovalReads } from '../../reads/approvals.ts';
import type { SqlRunner } from '../sql-runner.ts';
import { amongKeys } from './statement-parts.ts';

const limited = 'LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)';

export function approvalReads(run: SqlRunner): ApprovalReads {
  return {
    // the primary key
    approvalPolicies: ({ behind = Number.MAX_SAFE_INTEGER, limit, offset }) => {
      const sql = `SELECT * FROM approval_policies WHERE version < ? ORDER BY version DESC ${limited}`;
      return run.rows('approval_policies', sql, [behind, limit, offset]);
    },
    // pending_changes_open; the primary key
    pendingChanges: (openOnly, { behind = Number.MAX_SAFE_INTEGER, limit, offset }) => {
      const where = openOnly ? "state = 'pending' AND " : '';
      const sql = `SELECT * FROM pending_changes WHERE ${where}seq < ? ORDER BY seq DESC ${limited}`;
      return run.rows('pending_changes', sql, [behind, limit, offset]);
    },
    // the primary key
    quorumsAfter: (withdrawalId, limit) =>
      run.rows(
        'withdrawal_quorums',
        'SELECT * FROM withdrawal_quorums WHERE withdrawal_id > ? ORDER BY withdrawal_id LIMIT CAST(? AS INTEGER)',
        [withdrawalId, limit],
      ),
    // the primary key
    namesOf: async (table, ids) => {
      if (ids.length === 0) return new Map();
      const { sql, parameters } = amongKeys('id', ids);
      const rows = await run.values(`SELECT id, name FROM ${table} WHERE ${sql}`, parameters);
      return new Map(rows.map(({ id, name }) => [String(id), String(name)]));
    },
    // the unique key of withdrawal and operator
    approvalsOf: (withdrawalIds) => {
      const { sql, parameters } = amongKeys('withdrawal_id', withdrawalIds);
      return run.rows('withdrawal_approvals', `SELECT * FROM withdrawal_approvals WHERE ${sql}`, parameters);
    },
    // the unique id
    withdrawalsNamed: (ids) => {
      const { sql, parameters } = amongKeys('id', ids);
      return run.rows('withdrawals', `SELECT * FROM withdrawals WHERE ${sql}`, parameters);
    },
    // the primary key
    withdrawalsBefore: (seq, limit) =>
      run.rows(
        'withdrawals',
        'SELECT * FROM withdrawals WHERE seq < ? ORDER BY seq DESC LIMIT CAST(? AS INTEGER)',
        [seq, limit],
      ),
  };
}
