/** Everything about one withdrawal. */
import type { Operator } from '../../command/unit-of-work.ts';
import type { getWithdrawal } from '../../contract/operator/withdrawals.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';
import { assetNetworkOf } from '../../domain/catalog/catalog.ts';
import type { Row } from '../../store/tables.ts';
import type { OperatorParts } from '../handler.ts';
import { amountText, emailsOf } from '../handlers/subject.ts';
import { viewHeldClaim } from './claim-view.ts';
import { nameOf, namesOf } from './operator-name.ts';
import { viewWithdrawal } from './withdrawal-view.ts';

type Details = OperatorReply<typeof getWithdrawal>;
type Withdrawal = Row<'withdrawals'>;

export async function viewDetails(
  parts: OperatorParts,
  row: Withdrawal,
  operator: Operator,
): Promise<Details> {
  const emailOf = await emailsOf(parts.reads, [row.accountId]);
  const catalog = parts.catalog();
  return {
    ...viewWithdrawal(parts, row, emailOf),
    netAmount: amountText(parts, row.asset, row.amount - row.fee),
    connector: catalog.connectors.get(row.network) ?? 'simulated',
    minConfirm: assetNetworkOf(catalog, row.asset, row.network).minConfirm,
    ...(await readApprovals(parts, row)),
    claim: await readClaim(parts, row, operator),
    transactions: await readTransactions(parts, row),
  };
}

async function readApprovals(
  { reads }: OperatorParts,
  { id: withdrawalId, approvalNeeded, policyVersion, policyRule }: Withdrawal,
) {
  const quorum =
    approvalNeeded === null ? undefined : await reads.row('withdrawal_quorums', { withdrawalId });
  const approvals = quorum === undefined ? [] : await reads.rows('withdrawal_approvals', { withdrawalId });
  const names = await namesOf(
    reads,
    approvals.map(({ operator }) => operator),
  );
  const named = approvals
    .toSorted((a, b) => a.ordinal - b.ordinal)
    .map(({ ordinal, operator, at: time }) => ({
      ordinal,
      operator,
      name: names.get(operator) ?? operator,
      time,
    }));
  return {
    approvalRule: quorum?.rule ?? null,
    approvalRole: quorum?.role ?? null,
    policyVersion: policyVersion ?? quorum?.policyVersion ?? null,
    matchedRule: policyRule ?? quorum?.rule.name ?? null,
    approvals: named,
  };
}

async function readClaim(
  { reads }: OperatorParts,
  { claim: id }: Withdrawal,
  operator: Operator,
): Promise<Details['claim']> {
  const [claim] = id === null ? [] : await reads.claimsNamed([id]);
  return claim === undefined ? null : viewHeldClaim(claim, operator, await nameOf(reads, claim.owner));
}

async function readTransactions(
  { reads }: OperatorParts,
  { id: withdrawalId, txId }: Withdrawal,
): Promise<Details['transactions']> {
  const attempts = txId === '' ? [] : await reads.rows('withdrawal_attempts', { withdrawalId });
  return attempts
    .toSorted((a, b) => a.attempt - b.attempt)
    .map(({ txId: id, createdAt: time, confirmations }) => ({ txId: id, time, confirmations }));
}
