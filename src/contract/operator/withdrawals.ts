/** Withdrawals of all accounts, and what people decide about them. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';
import { type WaitingReason, waitingReasons, withdrawalStages } from '../withdrawal-stages.ts';
import {
  addressTagText,
  addressText,
  assetCode,
  emailText,
  networkCode,
  oneOf,
  orNull,
  paging,
  whyChanged,
} from './fields.ts';

const statusMeanings =
  '0: Email Sent, 1: Cancelled, 2: Awaiting Approval, 3: Rejected, 4: Processing, 5: Failure, 6: Completed';

const withdrawal = Type.Object({
  id: Type.String({ pattern: '^[0-9a-f]{32}$', patternInWords: '32 lower-case hexadecimal digits' }),
  email: orNull({ ...emailText, description: 'Null when the withdrawal returns an unattributed deposit.' }),
  asset: assetCode,
  network: networkCode,
  address: addressText,
  addressTag: addressTagText,
  amount: decimalText('Gross: the fee comes out of it.'),
  fee: decimalText('The fee.'),
  status: Type.Integer({ minimum: 0, maximum: 6, description: statusMeanings }),
  stage: oneOf(
    withdrawalStages,
    'Finer than the status: processing is queued, waiting when it cannot be sent now, then broadcast.',
  ),
  waitingFor: Type.Unsafe<WaitingReason | null>({
    type: ['string', 'null'],
    enum: [...waitingReasons, null],
    description:
      'Why a waiting one is not sent; null in every other stage. It is sent by itself when the reason has gone. liquidity: custody does not cover it; own-address: its address has become one of this exchange, where the asset cannot be credited.',
  }),
  txId: Type.String({ description: 'Empty until it is on the chain.' }),
  withdrawOrderId: orNull(
    Type.String({ description: 'The idempotency key of the request; of a return, the id of the deposit.' }),
  ),
  name: orNull(Type.String({ description: 'Description of the address.' })),
  failure: orNull(Type.String({ description: 'Why it failed.' })),
  applyTime: milliseconds('When it was requested'),
  settleTime: orNull(milliseconds('When it came to its end; null before')),
});
const id = Type.String({ description: 'Id of the withdrawal.', maxLength: 64 });

export const listWithdrawals = operatorOperation({
  id: 'listWithdrawals',
  method: 'GET',
  path: '/operator/v1/withdrawals',
  summary: 'List the newest withdrawals of all accounts, in order of time.',
  query: {
    status: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 6, description: `${statusMeanings}. All when absent.` }),
    ),
    ...paging,
  },
  reply: Type.Object({ withdrawals: Type.Array(withdrawal) }),
});

export const getWithdrawal = operatorOperation({
  id: 'getWithdrawal',
  method: 'GET',
  path: '/operator/v1/withdrawals/{id}',
  summary: 'One withdrawal.',
  pathParameters: { id },
  reply: withdrawal,
  errors: ['operator-not-found'],
});

const decision = {
  method: 'POST',
  pathParameters: { id },
  body: whyChanged,
  reply: withdrawal,
  errors: ['operator-not-found', 'operator-conflict'],
} as const;

export const confirmWithdrawal = operatorOperation({
  ...decision,
  id: 'confirmWithdrawal',
  path: '/operator/v1/withdrawals/{id}/confirm',
  summary:
    'The customer confirmed it by e-mail; a conflict while the account is disabled or the network closed.',
});

export const cancelWithdrawal = operatorOperation({
  ...decision,
  id: 'cancelWithdrawal',
  path: '/operator/v1/withdrawals/{id}/cancel',
  summary: 'Cancel one that is not confirmed, not approved, or waiting; the hold is released.',
});

export const approveWithdrawal = operatorOperation({
  ...decision,
  id: 'approveWithdrawal',
  path: '/operator/v1/withdrawals/{id}/approve',
  summary: 'Approve one that waits for it; a conflict while the account is disabled or the network closed.',
});

export const rejectWithdrawal = operatorOperation({
  ...decision,
  id: 'rejectWithdrawal',
  path: '/operator/v1/withdrawals/{id}/reject',
  summary: 'Reject one that waits for approval or cannot be sent now; the hold is released.',
});

export const failWithdrawal = operatorOperation({
  ...decision,
  id: 'failWithdrawal',
  path: '/operator/v1/withdrawals/{id}/fail',
  summary: 'Let its transaction fail on the simulated chain; the hold is released, fee included.',
});
