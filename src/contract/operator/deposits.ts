/** Deposits and the addresses they come to. */
import { depositStages } from '../deposit-stages.ts';
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';
import {
  addressTagText,
  addressText,
  amountInput,
  assetCode,
  emailText,
  networkCode,
  oneOf,
  orNull,
  paging,
  whyChanged,
} from './fields.ts';

const outputIndex = Type.Integer({
  description: 'Which output of the transaction, or which log entry of it.',
  minimum: 0,
  maximum: 2_147_483_647,
  default: 0,
});

const id = Type.String({ description: 'Id of the deposit.', maxLength: 64 });

const deposit = Type.Object({
  id: Type.String(),
  email: orNull({ ...emailText, description: 'Null while the deposit is unattributed.' }),
  asset: assetCode,
  network: networkCode,
  address: addressText,
  addressTag: addressTagText,
  amount: decimalText('What is credited: what arrived, down to the decimals of the asset.'),
  remainder: decimalText('What arrived beyond the decimals of the asset; never credited.'),
  txId: Type.String({ description: 'In the canonical spelling of the network.' }),
  outputIndex,
  status: orNull(
    Type.Integer({
      description:
        'What customers see. 0: pending, 6: credited but cannot withdraw, 1: success; null: they do not see it.',
    }),
  ),
  stage: oneOf(
    depositStages,
    'Finer than the status. suspended: seen while deposits of the network were closed; below-minimum: too small to be ' +
      'credited; unattributed: held for an owner whom nobody knows; returning, returned: sent back.',
  ),
  confirmations: Type.Integer({ minimum: 0 }),
  insertTime: milliseconds('When it was first seen'),
  returnedBy: orNull(
    Type.String({ description: 'Id of the withdrawal that sends it back; null when there is none.' }),
  ),
});

const depositAddress = {
  addressGroup: { ...networkCode, description: 'The networks that share the address.' },
  network: { ...networkCode, description: 'The network that it was issued for first.' },
  address: addressText,
  addressTag: addressTagText,
  createdAt: milliseconds('When it became an address of the account'),
  retiredAt: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    format: 'int64',
    description: 'Since when another one is shown (ms since the epoch); null: it is the one that is shown.',
  }),
};

export const putDepositAddress = operatorOperation({
  id: 'putDepositAddress',
  method: 'PUT',
  path: '/operator/v1/accounts/{email}/deposit-addresses',
  summary:
    'Give an account this deposit address, for all assets on the networks of the address group. The one before is retired and still receives deposits; one that belongs to another account is a conflict, and so is one without a tag that others have with one, or the reverse.',
  pathParameters: { email: emailText },
  body: {
    asset: assetCode,
    network: networkCode,
    address: addressText,
    addressTag: Type.Optional(addressTagText),
    ...whyChanged,
  },
  reply: Type.Object({
    email: emailText,
    asset: assetCode,
    ...depositAddress,
  }),
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listDepositAddresses = operatorOperation({
  id: 'listDepositAddresses',
  method: 'GET',
  path: '/operator/v1/accounts/{email}/deposit-addresses',
  summary: 'All deposit addresses of an account, oldest first; retired ones still receive deposits.',
  pathParameters: { email: emailText },
  reply: Type.Object({ depositAddresses: Type.Array(Type.Object(depositAddress)) }),
  errors: ['operator-not-found'],
});

export const createDeposit = operatorOperation({
  id: 'createDeposit',
  method: 'POST',
  path: '/operator/v1/deposits',
  summary:
    'Put an output of a transaction on the simulated chain; the same network, txId, outputIndex and asset again are the same deposit.',
  body: {
    asset: assetCode,
    network: Type.Optional({ ...networkCode, description: "The asset's default network when absent." }),
    address: addressText,
    addressTag: Type.Optional(addressTagText),
    amount: amountInput('Above zero; what is beyond the decimals of the asset is recorded and not credited.'),
    txId: Type.Optional(
      Type.String({
        description: 'Generated when absent; derived from the Idempotency-Key if there is one.',
        minLength: 1,
        maxLength: 256,
      }),
    ),
    outputIndex: Type.Optional(outputIndex),
    ...whyChanged,
  },
  reply: deposit,
  status: 201,
  idempotent: true,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listDeposits = operatorOperation({
  id: 'listDeposits',
  method: 'GET',
  path: '/operator/v1/deposits',
  summary: 'List the newest deposits of all accounts, in order of time.',
  query: {
    unattributed: Type.Optional(
      Type.Boolean({ description: 'true: only those that wait for an operator to assign or return them.' }),
    ),
    ...paging,
  },
  reply: Type.Object({ deposits: Type.Array(deposit) }),
});

const decision = {
  method: 'POST',
  idempotent: true,
  pathParameters: { id },
  reply: deposit,
  errors: ['operator-not-found', 'operator-conflict'],
} as const;
const reason = Type.String({ description: 'Why, for the audit trail.', minLength: 1, maxLength: 500 });

export const getDeposit = operatorOperation({
  id: 'getDeposit',
  method: 'GET',
  path: '/operator/v1/deposits/{id}',
  summary: 'One deposit.',
  pathParameters: { id },
  reply: deposit,
  errors: ['operator-not-found'],
});

export const assignDeposit = operatorOperation({
  ...decision,
  id: 'assignDeposit',
  path: '/operator/v1/deposits/{id}/assign',
  summary:
    'Give an unattributed deposit to an account, or credit one below the minimum to its owner; what is not confirmed yet is credited when it is.',
  body: { email: emailText, reason },
});

export const returnDeposit = operatorOperation({
  ...decision,
  id: 'returnDeposit',
  path: '/operator/v1/deposits/{id}/return',
  summary:
    'Send an unattributed deposit back: it becomes a withdrawal; if that fails the deposit is unattributed again.',
  body: {
    address: addressText,
    addressTag: Type.Optional(addressTagText),
    fee: Type.Optional(
      amountInput('Taken out of the amount; the withdrawal fee of the network when absent, "0" for none.'),
    ),
    reason,
  },
});
