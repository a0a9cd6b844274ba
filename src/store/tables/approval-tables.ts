/** The versions of the approval policy, and changes that wait for a second person. */
import type { ApprovalRule, ChangeKind, ChangeRule } from '../../contract/approval-terms.ts';
import { integer, json, nullable, table, text } from '../columns.ts';

export const approvalTables = {
  approval_policies: table(
    {
      version: integer,
      rules: json<readonly ApprovalRule[]>(),
      changes: json<readonly ChangeRule[]>(),
      actor: text(),
      reason: text(),
      createdAt: integer,
    },
    ['version'],
  ),
  pending_changes: table(
    {
      seq: integer,
      id: text(),
      kind: text<ChangeKind>(),
      subject: text(),
      input: json<unknown>(),
      role: nullable(text()),
      proposer: text(),
      actor: text(),
      reason: text(),
      proposedAt: integer,
      state: text<'pending' | 'approved' | 'rejected'>(),
      decidedBy: nullable(text()),
      decidedAt: nullable(integer),
      proposerToken: nullable(text()),
    },
    ['id'],
  ),
} as const;
