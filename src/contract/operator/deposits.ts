/** Deposits and deposit addresses. */
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
  pageEnd,
  timeFilter,
  txIdFilter,
} from './list-fields.ts';

export const outputIndex = Type.Integer({
  description: 'Index of the output, or of the log entry, within the transaction.',
  minimum: 0,
  maximum: 2_147_483_647,
  default: 0,
});

const id = Type.String({ description: 'Id of the deposit.', maxLength: 64 });

/** A deposit. */
export const deposit = Type.Object({
  id: Type.String(),
  email: orNull({ ...emailText, description: 'Null while the deposit is unattributed.' }),
  asset: assetCode,
  network: networkCode,
  address: addressText,
  addressTag: addressTagText,
  amount: decimalText(
    'The amount to credit: the received amount, rounded down to the decimals of the asset.',
  ),
  remainder: decimalText(
    'The part of the received amount below the smallest unit of the asset; never credited.',
  ),
  txId: Type.String({ description: 'In the canonical form of the network.' }),
  outputIndex,
  status: orNull(
    Type.Integer({
      description:
        'The status that customers see. 0: pending, 6: credited but cannot withdraw, 1: success; null: hidden from customers.',
    }),
  ),
  stage: oneOf(
    depositStages,
    'Finer than the status. suspended: observed while deposits on the network were disabled; below-minimum: too small ' +
      'to be credited; unattributed: held because its owner is not known; returning, returned: sent back; vanished: its transaction is no longer on the chain, and it was not credited.',
  ),
  confirmations: Type.Integer({ minimum: 0 }),
  insertTime: milliseconds('Time at which it was first observed'),
  reorganisedTime: orNull(
    milliseconds(
      'Time at which the block of a credited deposit was found to be no longer part of the chain; null unless that is so now',
    ),
  ),
  returnedBy: orNull(
    Type.String({ description: 'Id of the withdrawal that sends it back; null if there is none.' }),
  ),
});

/** The fields of a deposit address. */
export const depositAddress = {
  addressGroup: { ...networkCode, description: 'The networks that share the address.' },
  network: { ...networkCode, description: 'The network for which it was first issued.' },
  address: addressText,
  addressTag: addressTagText,
  createdAt: milliseconds('Time at which it was assigned to the account'),
  retiredAt: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    format: 'int64',
    description:
      'Time at which another address replaced it (ms since the epoch); null: it is the active address.',
  }),
};

export const putDepositAddress = operatorOperation({
  id: 'putDepositAddress',
  permission: 'change-access',
  method: 'PUT',
  path: '/operator/v1/accounts/{email}/deposit-addresses',
  summary:
    'Assign a deposit address to an account, for all assets on the networks of the address group. The previous address is retired but still receives deposits. It is a conflict if the address belongs to another account, or if other accounts use it with a tag and the request has none, or the reverse.',
  pathParameters: { email: emailText },
  body: {
    asset: assetCode,
    network: networkCode,
    address: addressText,
    addressTag: Type.Optional(addressTagText),
    ...optionalReason,
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
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/accounts/{email}/deposit-addresses',
  summary:
    'List the deposit addresses of an account, oldest first. Retired addresses still receive deposits.',
  pathParameters: { email: emailText },
  reply: Type.Object({ depositAddresses: Type.Array(Type.Object(depositAddress)) }),
  errors: ['operator-not-found'],
});

export const createDeposit = operatorOperation({
  id: 'createDeposit',
  permission: 'run-chains',
  method: 'POST',
  path: '/operator/v1/deposits',
  summary:
    'Add a transaction output to a simulated chain. Repeating the same network, txId, outputIndex and asset refers to the same deposit.',
  body: {
    asset: assetCode,
    network: Type.Optional({ ...networkCode, description: "The asset's default network when absent." }),
    address: addressText,
    addressTag: Type.Optional(addressTagText),
    amount: amountInput(
      'Greater than zero. The part below the smallest unit of the asset is recorded but not credited.',
    ),
    txId: Type.Optional(
      Type.String({
        description: 'When absent it is derived from the Idempotency-Key, or generated if there is no key.',
        minLength: 1,
        maxLength: 256,
      }),
    ),
    outputIndex: Type.Optional(outputIndex),
    ...optionalReason,
  },
  reply: deposit,
  status: 201,
  idempotent: true,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listDeposits = operatorOperation({
  id: 'listDeposits',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/deposits',
  summary: 'List the deposits of all accounts, newest first, or those that all filters select.',
  query: {
    unattributed: Type.Optional(
      Type.Boolean({ description: 'true: only deposits that an operator must assign or return.' }),
    ),
    account: accountFilter,
    asset: assetFilter,
    network: networkFilter,
    stage: Type.Optional(oneOf(depositStages, 'Finer than the status.')),
    address: addressFilter,
    txId: txIdFilter,
    ...amountFilter,
    ...timeFilter,
    ...cursorPaging,
  },
  reply: Type.Object({ deposits: Type.Array(deposit), ...pageEnd }),
});

const decision = {
  method: 'POST',
  idempotent: true,
  pathParameters: { id },
  reply: deposit,
  errors: ['operator-not-found', 'operator-conflict'],
} as const;
const reason = Type.String({ description: 'Reason for the audit trail.', minLength: 1, maxLength: 500 });

export const getDeposit = operatorOperation({
  id: 'getDeposit',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/deposits/{id}',
  summary: 'Get a deposit.',
  pathParameters: { id },
  reply: deposit,
  errors: ['operator-not-found'],
});

export const assignDeposit = operatorOperation({
  ...decision,
  id: 'assignDeposit',
  permission: 'book-money',
  path: '/operator/v1/deposits/{id}/assign',
  summary:
    'Assign an unattributed deposit to an account, or credit a deposit below the minimum to its owner. A deposit that is not confirmed yet is credited on confirmation.',
  body: { email: emailText, reason },
});

export const returnDeposit = operatorOperation({
  ...decision,
  id: 'returnDeposit',
  permission: 'book-money',
  path: '/operator/v1/deposits/{id}/return',
  summary:
    'Send an unattributed deposit back. This creates a withdrawal; if it fails, the deposit is unattributed again.',
  body: {
    address: addressText,
    addressTag: Type.Optional(addressTagText),
    fee: Type.Optional(
      amountInput('Deducted from the amount; the withdrawal fee of the network when absent, "0" for none.'),
    ),
    reason,
  },
});

export const reverseDeposit = operatorOperation({
  ...decision,
  id: 'reverseDeposit',
  permission: 'book-money',
  path: '/operator/v1/deposits/{id}/reverse',
  summary:
    'Take back the credit of a deposit whose block was reorganised away. What is locked for it is taken first, then what is free; the rest is owed. If the chain confirms the deposit again, it is credited again. A conflict while custody on the network is less than the amount.',
  body: { reason },
});
