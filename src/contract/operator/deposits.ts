/** Deposits and the addresses they come to. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';
import {
  addressTagText,
  addressText,
  amountInput,
  assetCode,
  emailText,
  networkCode,
  paging,
  whyChanged,
} from './fields.ts';

const deposit = Type.Object({
  id: Type.String(),
  email: emailText,
  asset: assetCode,
  network: networkCode,
  address: addressText,
  addressTag: addressTagText,
  amount: decimalText('What arrived.'),
  txId: Type.String(),
  status: Type.Integer({
    enum: [0, 1, 6],
    description: '0: pending, 6: credited but cannot withdraw, 1: success',
  }),
  confirmations: Type.Integer({ minimum: 0 }),
  insertTime: milliseconds('When it was first seen'),
});

export const putDepositAddress = operatorOperation({
  id: 'putDepositAddress',
  method: 'PUT',
  path: '/operator/v1/accounts/{email}/deposit-addresses',
  summary:
    'Give an account this deposit address instead of one that is made up; one that is taken is a conflict.',
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
    network: networkCode,
    address: addressText,
    addressTag: addressTagText,
    createdAt: milliseconds('When it became the address of the account'),
  }),
  errors: ['operator-not-found', 'operator-conflict'],
});

export const createDeposit = operatorOperation({
  id: 'createDeposit',
  method: 'POST',
  path: '/operator/v1/deposits',
  summary: 'Put an incoming transaction on the simulated chain; the same txId again is the same deposit.',
  body: {
    asset: assetCode,
    network: Type.Optional({ ...networkCode, description: "The asset's default network when absent." }),
    address: addressText,
    addressTag: Type.Optional(addressTagText),
    amount: amountInput('Above zero, with no more decimals than the asset has.'),
    txId: Type.Optional(Type.String({ description: 'Made up when absent.', minLength: 1, maxLength: 256 })),
    ...whyChanged,
  },
  reply: deposit,
  status: 201,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listDeposits = operatorOperation({
  id: 'listDeposits',
  method: 'GET',
  path: '/operator/v1/deposits',
  summary: 'The newest deposits of all accounts, oldest first.',
  query: paging,
  reply: Type.Object({ deposits: Type.Array(deposit) }),
});
