/** Withdrawals of all accounts, and the decisions of people about them. */
import { type MatchedRule, maxApprovers } from '../approval-terms.ts';
import { connectorKinds } from '../connector-kinds.ts';
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';
import { type WaitingReason, waitingReasons, withdrawalStages } from '../withdrawal-stages.ts';
import { shownClaim } from './claim-fields.ts';
import {
  addressTagText,
  addressText,
  assetCode,
  emailText,
  networkCode,
  oneOf,
  optionalReason,
  orNull,
} from './fields.ts';
import {
  accountFilter,
  addressFilter,
  amountFilter,
  assetFilter,
  cursorPaging,
  networkFilter,
  orderIdFilter,
  pageEnd,
  timeFilter,
  txIdFilter,
} from './list-fields.ts';

const statusMeanings =
  '0: Email Sent, 1: Cancelled, 2: Awaiting Approval, 3: Rejected, 4: Processing, 5: Failure, 6: Completed';

/** A withdrawal in a list. */
export const withdrawal = Type.Object({
  id: Type.String({ pattern: '^[0-9a-f]{32}$', patternInWords: '32 lower-case hexadecimal digits' }),
  email: orNull({ ...emailText, description: 'Null if the withdrawal returns an unattributed deposit.' }),
  asset: assetCode,
  network: networkCode,
  address: addressText,
  addressTag: addressTagText,
  amount: decimalText('Gross amount, which includes the fee.'),
  fee: decimalText('The fee.'),
  status: Type.Integer({ minimum: 0, maximum: 6, description: statusMeanings }),
  stage: oneOf(
    withdrawalStages,
    'Finer than the status: a withdrawal in status 4 (Processing) is queued, waiting (it cannot be sent now) or broadcast.',
  ),
  waitingFor: Type.Unsafe<WaitingReason | null>({
    type: ['string', 'null'],
    enum: [...waitingReasons, null],
    description:
      'The reason why a waiting withdrawal is not sent; null in every other stage. It is sent automatically once the reason no longer applies. liquidity: custody does not cover it; own-address: its address now belongs to this exchange, but the asset cannot be credited there.',
  }),
  txId: Type.String({ description: 'Empty until the withdrawal is broadcast.' }),
  withdrawOrderId: orNull(
    Type.String({
      description:
        'The idempotency key of the request. If the withdrawal returns a deposit, the id of the deposit.',
    }),
  ),
  name: orNull(Type.String({ description: 'Description of the address.' })),
  failure: orNull(
    Type.String({
      description:
        'Reason of the failure. While the withdrawal is broadcast: an operator is failing it, and its transactions are being dropped.',
    }),
  ),
  applyTime: milliseconds('Time of the request'),
  settleTime: orNull(milliseconds('Time at which it ended; null while it is open')),
  approvalsNeeded: Type.Integer({
    description: 'Number of people who must approve it before it is sent; 0: none.',
    minimum: 0,
    maximum: maxApprovers,
  }),
});
const approval = Type.Object({
  ordinal: Type.Integer({ description: 'From 1.', minimum: 1 }),
  operator: Type.String({ description: 'Id of the operator; `bootstrap` for the bootstrap token.' }),
  name: Type.String({ description: 'The name of the operator in the audit trail.' }),
  time: milliseconds('Time of the approval'),
});
const transaction = Type.Object({
  txId: Type.String(),
  time: milliseconds('Time at which it was stored'),
  confirmations: orNull(
    Type.Integer({
      description: 'As reported; null on simulated networks, where the chain knows.',
      minimum: 0,
    }),
  ),
});
const detailedWithdrawal = Type.Object({
  ...withdrawal.properties,
  netAmount: decimalText('What is sent to its address: the amount without the fee.'),
  connector: oneOf(connectorKinds, 'That of its network. manual: people or an external signer send it.'),
  minConfirm: Type.Integer({ description: 'Confirmations of a transaction that complete it.', minimum: 0 }),
  claim: orNull({ ...shownClaim, description: 'Null if nobody has claimed it.' }),
  transactions: Type.Array(transaction, {
    description: 'Its transactions, in their order. Only one of them can be confirmed.',
  }),
  approvalRule: Type.Unsafe<MatchedRule | null>({
    type: ['object', 'null'],
    description:
      'The rule of the approval policy that matched when it was submitted, or the limit of the asset; null if it needs no approval.',
  }),
  approvalRole: orNull(Type.String({ description: 'The role that the approvers must have; null: any.' })),
  policyVersion: orNull(
    Type.Integer({
      description:
        'The version of the approval policy that decided it. Null or 0: none was in force, or an earlier version of the server accepted it.',
    }),
  ),
  matchedRule: orNull(
    Type.String({
      description:
        'The name of the rule that matched, also if it needs no approval: `autoApprovalLimit` is the limit of the asset. Null if none did.',
    }),
  ),
  approvals: Type.Array(approval, { description: 'The approvals so far, in their order.' }),
});
const id = Type.String({ description: 'Id of the withdrawal.', maxLength: 64 });

export const listWithdrawals = operatorOperation({
  id: 'listWithdrawals',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/withdrawals',
  summary: 'List the withdrawals of all accounts, newest first, or those that all filters select.',
  query: {
    account: accountFilter,
    asset: assetFilter,
    network: networkFilter,
    status: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 6, description: `${statusMeanings}. All when absent.` }),
    ),
    stage: Type.Optional(oneOf(withdrawalStages, 'Finer than the status.')),
    address: addressFilter,
    txId: txIdFilter,
    orderId: orderIdFilter,
    ...amountFilter,
    ...timeFilter,
    ...cursorPaging,
  },
  reply: Type.Object({ withdrawals: Type.Array(withdrawal), ...pageEnd }),
});

export const getWithdrawal = operatorOperation({
  id: 'getWithdrawal',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/withdrawals/{id}',
  summary:
    'Get a withdrawal, with the approvals that it needs and has, its transactions and, on a manual network, its claim.',
  pathParameters: { id },
  reply: detailedWithdrawal,
  errors: ['operator-not-found'],
});

const decision = {
  method: 'POST',
  pathParameters: { id },
  body: optionalReason,
  reply: withdrawal,
  errors: ['operator-not-found', 'operator-conflict'],
} as const;

export const confirmWithdrawal = operatorOperation({
  ...decision,
  id: 'confirmWithdrawal',
  permission: 'help-withdrawals',
  path: '/operator/v1/withdrawals/{id}/confirm',
  summary:
    'Confirm a withdrawal on behalf of the customer (e-mail confirmation). A conflict while the account or withdrawals on the network are disabled.',
});

export const cancelWithdrawal = operatorOperation({
  ...decision,
  id: 'cancelWithdrawal',
  permission: 'help-withdrawals',
  path: '/operator/v1/withdrawals/{id}/cancel',
  summary: 'Cancel a withdrawal that is not confirmed, not approved, or waiting. The hold is released.',
});

export const approveWithdrawal = operatorOperation({
  ...decision,
  id: 'approveWithdrawal',
  permission: 'approve-withdrawals',
  path: '/operator/v1/withdrawals/{id}/approve',
  summary:
    'Approve a withdrawal that awaits approval. It is sent once as many people have approved as it needs, each once; who created its API key or edited its address book entry cannot. A conflict while the account or withdrawals on the network are disabled.',
});

export const rejectWithdrawal = operatorOperation({
  ...decision,
  id: 'rejectWithdrawal',
  permission: 'approve-withdrawals',
  path: '/operator/v1/withdrawals/{id}/reject',
  summary: 'Reject a withdrawal that awaits approval or is waiting. The hold is released.',
});

export const resendWithdrawal = operatorOperation({
  ...decision,
  id: 'resendWithdrawal',
  permission: 'send-withdrawals',
  path: '/operator/v1/withdrawals/{id}/resend',
  summary:
    'Send another transaction for a withdrawal that is broadcast and not confirmed, for example with a higher network fee. Only one of its transactions can be confirmed; txId is the latest one until then. A conflict while an operator is failing it.',
});

export const failWithdrawal = operatorOperation({
  ...decision,
  id: 'failWithdrawal',
  permission: 'send-withdrawals',
  path: '/operator/v1/withdrawals/{id}/fail',
  summary:
    'Drop the transactions of a withdrawal from the simulated chain. The hold, fee included, is released. A conflict if one of them has been confirmed: that one completes the withdrawal. After an unknown outcome, the decision is carried out by the workers.',
});
