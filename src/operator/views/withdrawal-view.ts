/** Withdrawals as operators see them. */
import { ordinalOf } from '../../command/withdrawal/withdrawal-approval.ts';
import type { approveWithdrawal } from '../../contract/operator/withdrawals.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { wireStatus } from '../../contract/withdrawal-status.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import type { Row } from '../../store/tables.ts';
import type { OperatorParts } from '../handler.ts';
import { amountText, emailsOf } from '../handlers/subject.ts';

export type WithdrawalView = OperatorReply<typeof approveWithdrawal>;

export async function viewWithdrawals(
  parts: OperatorParts,
  rows: readonly Row<'withdrawals'>[],
): Promise<WithdrawalView[]> {
  const emailOf = await emailsOf(
    parts.reads,
    rows.map((row) => row.accountId),
  );
  return rows.map((row) => viewWithdrawal(parts, row, emailOf));
}

export function viewWithdrawal(
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
