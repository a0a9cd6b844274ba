/** Proposes a change that another person may approve, and rejects such a proposal. */
import type { ChangeKind } from '../../contract/approval-terms.ts';
import { reject } from '../../contract/errors.ts';
import { bootstrapApprover } from '../../domain/withdrawal/approver.ts';
import { type OperatorChange, ruleOfChange } from '../../domain/withdrawal/change-rule.ts';
import { pendingChange } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { approverOf } from '../approver-of.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';

export type ChangeProposal = {
  readonly operator: Operator;
  readonly kind: ChangeKind;
  readonly subject: string;
  /** The amount that the change moves; absent if it moves nothing, or an asset that does not exist. */
  readonly moved?: OperatorChange['moved'];
  /** The request that carries it out, as JSON. */
  readonly input: unknown;
};

type Proposed = Omit<Row<'pending_changes'>, 'seq'>;

export const proposeChange: Command<ChangeProposal, Proposed> = {
  name: 'change-propose',
  prefetch: [],
  decide({ operator, kind, subject, moved, input }, rows, context) {
    const { actor, reason } = operator;
    const rule = ruleOfChange({ kind, ...(moved && { moved }) }, context.catalog);
    const row: Proposed = {
      id: context.ids.recordId(),
      kind,
      subject,
      input,
      role: rule?.role ?? null,
      proposer: proposerOf(operator),
      actor,
      reason,
      proposedAt: context.nowMs,
      state: 'pending',
      decidedBy: null,
      decidedAt: null,
      proposerToken: operator.principal?.kind === 'token' ? operator.principal.tokenId : null,
    };
    const work = new UnitOfWork(rows, context);
    work.write({ insert: 'pending_changes', row });
    work.audit(operator, 'change-propose', row.id, { kind, subject, input });
    return work.reply(row);
  },
};

/** A token that the bootstrap token has created is not the bootstrap token: its proposals can be approved. */
function proposerOf(operator: Operator): string {
  const { id, person, kind } = approverOf(operator);
  return kind === 'token' && person === bootstrapApprover.person ? id : person;
}

export const rejectChange: Command<
  { readonly operator: Operator; readonly id: string },
  Row<'pending_changes'>,
  'proposal-unknown' | 'proposal-decided'
> = {
  name: 'change-reject',
  prefetch: [({ id }) => [pendingChange(id)]],
  decide({ operator, id }, rows, context) {
    const row = rows.one(pendingChange(id));
    if (row === undefined) return reject('proposal-unknown', { id });
    if (row.state !== 'pending') return reject('proposal-decided', { id, state: row.state });
    const set = { state: 'rejected', decidedBy: approverOf(operator).id, decidedAt: context.nowMs } as const;
    const work = new UnitOfWork(rows, context);
    work.write({ update: 'pending_changes', key: { id }, set });
    work.audit(operator, 'change-reject', id, { kind: row.kind, subject: row.subject });
    return work.reply({ ...row, ...set });
  },
};
