import { unwrap } from '../../command/outcome.ts';
import { ordinalOf } from '../../command/withdrawal/withdrawal-approval.ts';
import { isRejection, type OperatorCommandErrorId, reject } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/withdrawals.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import { stagesOfWireStatus, wireStatus } from '../../domain/withdrawal/withdrawal-stage.ts';
import type { Outcome } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { implement, type OperatorHandler, type OperatorParts } from '../handler.ts';
import { amountText, emailsOf, pageOf } from './subject.ts';

type WithdrawalView = OperatorReply<typeof operations.approveWithdrawal>;
type DetailedView = OperatorReply<typeof operations.getWithdrawal>;
type Decision = OperatorHandler<typeof operations.approveWithdrawal>;

export const listWithdrawals = implement(
  operations.listWithdrawals,
  async ({ query: { status, ...page } }, _operator, parts) => {
    const stages = status === undefined ? undefined : stagesOfWireStatus(status);
    const rows = await parts.reads.latest('withdrawals', pageOf(page), stages);
    return { withdrawals: await viewWithdrawals(parts, rows) };
  },
);

export const getWithdrawal = implement(
  operations.getWithdrawal,
  async ({ path: { id } }, _operator, parts) => {
    const row = await parts.reads.row('withdrawals', { id });
    if (row === undefined) return noWithdrawal(id);
    return {
      ...viewWithdrawal(parts, row, await emailsOf(parts.reads, [row.accountId])),
      ...(await readApprovals(parts, row)),
    };
  },
);

function decisionBy(
  command: 'confirmWithdrawal' | 'cancelWithdrawal' | 'approveWithdrawal' | 'rejectWithdrawal',
): Decision {
  return ({ path: { id } }, operator, parts) =>
    decide(id, parts, () => parts.commands.submit(command, { id, operator }));
}

export const confirmWithdrawal = implement(operations.confirmWithdrawal, decisionBy('confirmWithdrawal'));
export const cancelWithdrawal = implement(operations.cancelWithdrawal, decisionBy('cancelWithdrawal'));
export const approveWithdrawal = implement(operations.approveWithdrawal, decisionBy('approveWithdrawal'));
export const rejectWithdrawal = implement(operations.rejectWithdrawal, decisionBy('rejectWithdrawal'));

export const failWithdrawal = implement(operations.failWithdrawal, ({ path: { id } }, operator, parts) =>
  decide(id, parts, () => parts.chainService.failWithdrawal(id, operator)),
);

export const resendWithdrawal = implement(operations.resendWithdrawal, ({ path: { id } }, operator, parts) =>
  decide(id, parts, () => parts.chainService.resendWithdrawal(id, operator)),
);

/** Reads the owner first, which never changes, so that no read can fail after the decision is committed. */
async function decide(
  id: string,
  parts: OperatorParts,
  work: () => Promise<Outcome<Row<'withdrawals'>, OperatorCommandErrorId | 'proof-missing'>>,
): Promise<Awaited<ReturnType<Decision>>> {
  const row = await parts.reads.row('withdrawals', { id });
  if (row === undefined) return noWithdrawal(id);
  const emailOf = await emailsOf(parts.reads, [row.accountId]);
  const outcome = unwrap(await work());
  return isRejection(outcome) ? outcome : viewWithdrawal(parts, outcome.done, emailOf);
}

const noWithdrawal = (id: string) => reject('withdrawal-unknown', { id });

async function viewWithdrawals(
  parts: OperatorParts,
  rows: readonly Row<'withdrawals'>[],
): Promise<WithdrawalView[]> {
  const emailOf = await emailsOf(
    parts.reads,
    rows.map((row) => row.accountId),
  );
  return rows.map((row) => viewWithdrawal(parts, row, emailOf));
}

function viewWithdrawal(
  parts: OperatorParts,
  row: Row<'withdrawals'>,
  emailOf: (accountId: number) => string,
): WithdrawalView {
  return {
    id: row.id,
    email: row.accountId === unattributedAccountId ? null : emailOf(row.accountId),
    asset: row.asset,
    network: row.network,
    address: row.address,
    addressTag: row.addressTag,
    amount: amountText(parts, row.asset, row.amount),
    fee: amountText(parts, row.asset, row.fee),
    status: wireStatus(row.stage),
    stage: row.stage,
    waitingFor: row.waitingFor,
    txId: row.txId,
    withdrawOrderId: row.orderId,
    name: row.name,
    failure: row.failure,
    applyTime: row.appliedAt,
    settleTime: row.settledAt,
    approvalsNeeded: approvalsNeeded(row),
  };
}

const approvalsNeeded = ({ approvalNeeded }: Row<'withdrawals'>) =>
  approvalNeeded === null ? 0 : ordinalOf(approvalNeeded);

async function readApprovals(
  { reads }: OperatorParts,
  { id: withdrawalId, approvalNeeded }: Row<'withdrawals'>,
): Promise<Omit<DetailedView, keyof WithdrawalView>> {
  const quorum =
    approvalNeeded === null ? undefined : await reads.row('withdrawal_quorums', { withdrawalId });
  const approvals = quorum === undefined ? [] : await reads.rows('withdrawal_approvals', { withdrawalId });
  return {
    approvalRule: quorum?.rule ?? null,
    approvalRole: quorum?.role ?? null,
    policyVersion: quorum?.policyVersion ?? null,
    approvals: approvals
      .map(({ ordinal, operator, at: time }) => ({ ordinal, operator, time }))
      .sort((a, b) => a.ordinal - b.ordinal),
  };
}
