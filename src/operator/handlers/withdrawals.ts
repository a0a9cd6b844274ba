import { unwrap } from '../../command/outcome.ts';
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import type { OperatorOperations } from '../../contract/operator-operations.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import { stagesOfWireStatus, wireStatus } from '../../domain/withdrawal/withdrawal-stage.ts';
import type { Row } from '../../store/tables.ts';
import type { OperatorHandler, OperatorParts } from '../handler.ts';
import { amountText, emailsOf, pageOf } from './subject.ts';

type WithdrawalView = OperatorReply<OperatorOperations['getWithdrawal']>;
type Decision = OperatorHandler<OperatorOperations['approveWithdrawal']>;

export const listWithdrawals: OperatorHandler<OperatorOperations['listWithdrawals']> = async (
  { query: { status, ...page } },
  _operator,
  parts,
) => {
  const stages = status === undefined ? undefined : stagesOfWireStatus(status);
  const rows = await parts.reads.latest('withdrawals', pageOf(page), stages);
  return { withdrawals: await viewWithdrawals(parts, rows) };
};

export const getWithdrawal: OperatorHandler<OperatorOperations['getWithdrawal']> = (
  { path: { id } },
  _operator,
  parts,
) => viewWithdrawal(parts, id);

function decisionBy(
  command: 'confirmWithdrawal' | 'cancelWithdrawal' | 'approveWithdrawal' | 'rejectWithdrawal',
): Decision {
  return async ({ path: { id } }, operator, parts) => {
    const outcome = unwrap(await parts.commands.submit(command, { id, operator }));
    return isRejection(outcome) ? outcome : viewWithdrawal(parts, id);
  };
}

export const confirmWithdrawal = decisionBy('confirmWithdrawal');
export const cancelWithdrawal = decisionBy('cancelWithdrawal');
export const approveWithdrawal = decisionBy('approveWithdrawal');
export const rejectWithdrawal = decisionBy('rejectWithdrawal');

export const failWithdrawal: Decision = async ({ path: { id } }, { actor, reason }, parts) => {
  const outcome = unwrap(await parts.chainService.failWithdrawal(id, actor, reason));
  return isRejection(outcome) ? outcome : viewWithdrawal(parts, id);
};

async function viewWithdrawal(parts: OperatorParts, id: string): Promise<WithdrawalView | Rejection> {
  const row = await parts.reads.row('withdrawals', { id });
  if (row === undefined) return reject('operator-not-found', { what: `withdrawal ${id}` });
  const [view] = await viewWithdrawals(parts, [row]);
  return view as WithdrawalView;
}

async function viewWithdrawals(
  parts: OperatorParts,
  rows: readonly Row<'withdrawals'>[],
): Promise<WithdrawalView[]> {
  const emailOf = await emailsOf(
    parts.reads,
    rows.map((row) => row.accountId),
  );
  return rows.map((row) => {
    const stage = row.stage;
    return {
      id: row.id,
      email: row.accountId === unattributedAccountId ? null : emailOf(row.accountId),
      asset: row.asset,
      network: row.network,
      address: row.address,
      addressTag: row.addressTag,
      amount: amountText(parts, row.asset, row.amount),
      fee: amountText(parts, row.asset, row.fee),
      status: wireStatus(stage),
      stage,
      waitingFor: row.waitingFor,
      txId: row.txId,
      withdrawOrderId: row.orderId,
      name: row.name,
      failure: row.failure,
      applyTime: row.appliedAt,
      settleTime: row.settledAt,
    };
  });
}
