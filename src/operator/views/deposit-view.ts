/** Deposits as operators see them. */
import type { DepositReply } from '../../command/deposit/deposit-reply.ts';
import { depositWireStatus } from '../../contract/deposit-status.ts';
import type { createDeposit } from '../../contract/operator/deposits.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import type { Row } from '../../store/tables.ts';
import type { OperatorParts } from '../handler.ts';
import { amountText, emailsOf } from '../handlers/subject.ts';

export type DepositView = OperatorReply<typeof createDeposit>;

export async function viewDeposits(
  parts: OperatorParts,
  rows: readonly Row<'deposits'>[],
): Promise<DepositView[]> {
  const emailOf = await emailsOf(
    parts.reads,
    rows.map((row) => row.accountId),
  );
  const returnedBy = await returnsOf(parts, rows);
  return rows.map((row) => renderDeposit(parts, row, emailOf(row.accountId), returnedBy.get(row.id) ?? null));
}

export function renderDeposit(
  parts: OperatorParts,
  row: Omit<Row<'deposits'>, 'seq'>,
  email: string | null,
  returnedBy: string | null,
): DepositView {
  return {
    id: row.id,
    email: row.accountId === unattributedAccountId ? null : email,
    asset: row.asset,
    network: row.network,
    address: row.address,
    addressTag: row.addressTag,
    amount: amountText(parts, row.asset, row.amount),
    remainder: row.remainder,
    txId: row.txId,
    outputIndex: row.outputIndex,
    status: depositWireStatus(row.stage),
    stage: row.stage,
    confirmations: row.confirmations,
    insertTime: row.insertedAt,
    reorganisedTime: row.reorganisedAt ?? null,
    returnedBy,
  };
}

/** @returns the ids of the withdrawals that return deposits, by deposit id. */
async function returnsOf({ reads }: OperatorParts, rows: readonly Row<'deposits'>[]) {
  const returned = rows.filter(({ stage }) => stage === 'returning' || stage === 'returned');
  const withdrawals = await reads.withdrawalsOfOrders(
    unattributedAccountId,
    returned.map(({ id }) => id),
  );
  return new Map(withdrawals.map(({ orderId, id }) => [orderId, id]));
}

/** Renders the reply of a command. A replayed reply shows the deposit as it was then. */
export function viewReply(
  parts: OperatorParts,
  { amount, ...reply }: DepositReply,
  email: string | null,
  returnedBy: string | null,
): DepositView {
  return renderDeposit(parts, { ...reply, amount: BigInt(amount) }, email, returnedBy);
}
