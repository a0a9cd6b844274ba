/** The writes of submitting a withdrawal, after every rule has been checked. */
import { customerAccount } from '../../domain/ledger/ledger.ts';
import type { DecisionContext } from '../../store/port.ts';
import type { NewRow, Row } from '../../store/tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { openQuorum, type PolicyDecision, type PolicyMark } from './withdrawal-approval.ts';
import { storeQuestionnaire } from './withdrawal-questionnaire.ts';
import { contentOf, type WithdrawalRequest } from './withdrawal-request.ts';
import { type Recipient, type Sending, type Sent, sendWithdrawal } from './withdrawal-send.ts';
import type { Terms } from './withdrawal-terms.ts';

/** Holds the amount of a request that has passed all checks, and inserts its withdrawal. */
export function holdWithdrawal(
  request: WithdrawalRequest,
  { asset, network, amount, recipient }: Terms & { readonly recipient: Recipient },
  account: Row<'accounts'>,
  work: UnitOfWork,
  { needed, mark }: PolicyDecision,
  context: DecisionContext,
) {
  const id = context.ids.recordId();
  const { accountId, address, addressTag = '', wallet = 'spot', feeTo = null } = request;
  const sending: Sending = {
    id,
    accountId,
    asset: asset.asset,
    wallet,
    network: network.network,
    address,
    addressTag,
    amount,
    fee: network.withdrawFee,
    feeTo,
  };
  work.post({
    kind: 'withdrawal-hold',
    asset: asset.asset,
    amount,
    debit: customerAccount(accountId, 'free', wallet),
    credit: customerAccount(accountId, 'held', wallet),
    reference: id,
  });
  const quorum = needed && openQuorum(work, id, needed, context);
  const sent = firstStage(account, quorum) ?? sendWithdrawal(work, sending, recipient, context);
  const approvalNeeded = quorum?.lastApproval ?? null;
  work.write({
    insert: 'withdrawals',
    row: submittedRow(request, sending, sent, approvalNeeded, mark, context.nowMs),
  });
  if (quorum === undefined && sent.stage === 'email-sent' && request.keyOperator !== undefined) {
    const row = { withdrawalId: id, operator: request.keyOperator };
    work.write({ insert: 'withdrawal_key_operators', row });
  }
  const submitted = { id, appliedAt: context.nowMs };
  const stored = storeQuestionnaire(work, submitted, request.questionnaire, account, context);
  return work.reply({ id, ...stored });
}

/** Column by column, because a row that is spread from parts takes several times as long. */
function submittedRow(
  request: WithdrawalRequest,
  sending: Sending,
  sent: Sent,
  approvalNeeded: string | null,
  { policyVersion, policyRule }: PolicyMark,
  appliedAt: number,
): NewRow<'withdrawals'> {
  return {
    id: sending.id,
    accountId: sending.accountId,
    asset: sending.asset,
    wallet: sending.wallet,
    network: sending.network,
    address: sending.address,
    addressTag: sending.addressTag,
    amount: sent.amount ?? sending.amount,
    fee: sent.fee ?? sending.fee,
    feeTo: sending.feeTo,
    name: request.name ?? null,
    orderId: request.orderId ?? null,
    orderContent: request.orderId === undefined ? null : contentOf(request),
    stage: sent.stage,
    waitingFor: null,
    txId: sent.txId,
    signedTransaction: null,
    failure: null,
    appliedAt,
    settledAt: sent.settledAt,
    approvalNeeded,
    approvalGiven: null,
    claim: null,
    policyVersion,
    policyRule,
  };
}

/** @returns the first stage if the customer must confirm by e-mail or people must approve; otherwise undefined. */
function firstStage(
  account: Row<'accounts'>,
  quorum: Row<'withdrawal_quorums'> | undefined,
): Sent | undefined {
  if (account.withdrawConfirmation === 'email') return { stage: 'email-sent', txId: '', settledAt: null };
  return quorum && { stage: 'awaiting-approval', txId: '', settledAt: null };
}
