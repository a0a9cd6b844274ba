/**
 * An operator approves a withdrawal. Each approval is a row. With the last one that the withdrawal needs, it is sent in
 * the same commit; the constraints of the store refuse to send it without that row.
 *
 * Every approval checks again every condition that may have changed since the withdrawal was submitted.
 */
import { type Rejection, reject } from '../../contract/errors.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import { approvalWithoutRule } from '../../domain/withdrawal/approval-policy.ts';
import { type Approver, refusalOf } from '../../domain/withdrawal/approver.ts';
import { approvalsOf, quorumOf, withdrawalById } from '../../store/lookups.ts';
import type { Command, DecisionContext, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { approverOf, authorityLookups, hasAuthority, proofOf } from '../approver-of.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { approvalId, openQuorum } from './withdrawal-approval.ts';
import {
  rejectionNow,
  type SendError,
  sendPrefetch,
  type WithdrawalDecision,
  wrongStage,
} from './withdrawal-decide.ts';
import { recipientOf, sendWithdrawal } from './withdrawal-send.ts';

type Withdrawal = Row<'withdrawals'>;
type Quorum = Row<'withdrawal_quorums'>;

/** The reply is the withdrawal as committed; it still awaits approval if more people must approve. */
export const approveWithdrawal: Command<
  WithdrawalDecision,
  Withdrawal,
  'withdrawal-unknown' | 'withdrawal-undecidable' | 'approval-refused' | 'proof-missing' | SendError
> = {
  name: 'withdrawal-approve',
  needsLatest: true,
  prefetch: [
    ({ id, operator }, rows, context) => [
      ...authorityLookups(operator.principal),
      quorumOf(id),
      approvalsOf(id),
      ...(sendPrefetch[0]?.({ id }, rows, context) ?? []),
    ],
    ...sendPrefetch.slice(1),
  ],
  decide({ id, operator }, rows, context) {
    const row = rows.one(withdrawalById(id));
    if (row === undefined) return reject('withdrawal-unknown', { id });
    if (row.stage !== 'awaiting-approval') return wrongStage(row, ['awaiting-approval']);
    const approver = approverOf(operator);
    const given = rows.all(approvalsOf(id));
    const rejection =
      refuseAuthority(operator, row, rows) ??
      refuse(approver, row, rows.one(quorumOf(id)), given, context.nowMs) ??
      checkProof(operator) ??
      rejectionNow(row, rows, context);
    if (rejection !== undefined) return rejection;
    const work = new UnitOfWork(rows, context);
    const quorum = rows.one(quorumOf(id)) ?? openQuorum(work, id, withoutRule, context);
    const approval = newApproval(quorum, given.length + 1, approver, context.nowMs);
    work.write({ insert: 'withdrawal_approvals', row: approval });
    const isLast = approval.ordinal === quorum.needed;
    const set = isLast ? send(work, row, approval, rows, context) : {};
    if (isLast) work.write({ update: 'withdrawals', key: { id }, set });
    const { ordinal, needed } = approval;
    const moves = { from: row.stage, to: set.stage ?? row.stage };
    work.audit(operator, 'withdrawal-approve', id, { ...moves, ordinal, needed, ...proofOf(operator) });
    return work.reply({ ...row, ...set });
  },
};

/** The quorum of a withdrawal that an earlier version of the server accepted. */
const withoutRule = { ...approvalWithoutRule, keyOperator: '', entryOperator: '' };

function refuseAuthority({ principal }: Operator, { id }: Withdrawal, rows: Rows) {
  if (hasAuthority(principal, rows)) return undefined;
  return reject('approval-refused', { id, why: 'access-changed', role: null });
}

function refuse(
  approver: Approver,
  { id, accountId }: Withdrawal,
  quorum: Quorum | undefined,
  given: readonly Row<'withdrawal_approvals'>[],
  nowMs: number,
): Rejection<'approval-refused'> | undefined {
  if (quorum === undefined) return undefined;
  const why = refusalOf(
    approver,
    { ...quorum, isReturn: accountId === unattributedAccountId },
    given.map(({ operator, person }) => person ?? operator),
    nowMs,
  );
  return why && reject('approval-refused', { id, why, role: quorum.role });
}

/** A withdrawal that needs approval is above a limit, so a person must just have proved their identity. */
function checkProof({ principal }: Operator): Rejection<'proof-missing'> | undefined {
  return principal?.kind !== 'operator' || principal.proof.isFresh ? undefined : reject('proof-missing');
}

function newApproval(
  { withdrawalId, needed, keyOperator, entryOperator }: Quorum,
  ordinal: number,
  { id: operator, person }: Approver,
  at: number,
): Row<'withdrawal_approvals'> {
  const previous = ordinal === 1 ? null : approvalId(withdrawalId, ordinal - 1);
  const id = approvalId(withdrawalId, ordinal);
  return { id, withdrawalId, ordinal, previous, operator, person, needed, keyOperator, entryOperator, at };
}

function send(
  work: UnitOfWork,
  row: Withdrawal,
  { id: approvalGiven }: Row<'withdrawal_approvals'>,
  rows: Rows,
  context: DecisionContext,
): Partial<Withdrawal> {
  const recipient = recipientOf(row, rows, context.catalog);
  const sent = sendWithdrawal(work, row, recipient, context);
  return { ...sent, approvalNeeded: row.approvalNeeded ?? approvalGiven, approvalGiven };
}
