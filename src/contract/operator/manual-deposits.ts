/** Deposits of manual networks: the stock of addresses for customers, and the deposits that arrive there. */
import { operatorOperation } from '../operator-operation.ts';
import { Type } from '../schema.ts';
import { deposit, outputIndex } from './deposits.ts';
import {
  addressTagText,
  addressText,
  amountInput,
  assetCode,
  networkCode,
  optionalReason,
} from './fields.ts';

const free = Type.Integer({ description: 'Addresses of the group that no customer has.', minimum: 0 });

export const importAddresses = operatorOperation({
  id: 'importAddresses',
  permission: 'import-addresses',
  method: 'POST',
  path: '/operator/v1/networks/{network}/addresses',
  summary:
    'Import deposit addresses of a manual network, each to be given to one customer on all networks of the address group. All are imported, or none if one of them is wrong, repeated or in use.',
  pathParameters: { network: networkCode },
  body: {
    addresses: Type.Array(
      Type.Object(
        {
          address: Type.String({ minLength: 1, maxLength: 1000 }),
          addressTag: Type.Optional(Type.String({ maxLength: 256 })),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 500 },
    ),
    ...optionalReason,
  },
  reply: Type.Object({
    imported: Type.Integer({ description: 'Number of addresses.', minimum: 1 }),
  }),
  status: 201,
  idempotent: true,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const countAddresses = operatorOperation({
  id: 'countAddresses',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/networks/{network}/addresses',
  summary: 'Count the imported deposit addresses that are left for customers; a simulated network has none.',
  pathParameters: { network: networkCode },
  reply: Type.Object({
    addressGroup: { ...networkCode, description: 'The networks that share the addresses.' },
    free,
    low: Type.Boolean({ description: 'Whether fewer are left than the setting addressPoolMinimum.' }),
  }),
  errors: ['operator-not-found'],
});

export const reportDeposit = operatorOperation({
  id: 'reportDeposit',
  permission: 'settle-withdrawals',
  method: 'POST',
  path: '/operator/v1/networks/{network}/deposits',
  summary:
    'Report an output of a transaction to a deposit address of a manual network, with its confirmations, as often as they change. Network, txId, outputIndex and asset always refer to the same deposit, which is credited once.',
  pathParameters: { network: networkCode },
  body: {
    asset: assetCode,
    address: addressText,
    addressTag: Type.Optional(addressTagText),
    amount: amountInput(
      'Greater than zero. The part below the smallest unit of the asset is recorded but not credited.',
    ),
    txId: Type.String({ minLength: 1, maxLength: 256 }),
    outputIndex: Type.Optional(outputIndex),
    confirmations: Type.Integer({
      description: '0: not in a block, or no longer.',
      minimum: 0,
      maximum: 2_147_483_647,
    }),
    blockHeight: Type.Optional(
      Type.Integer({
        description:
          'The height of its block, if that is known. A height that differs from the reported one means that the block was reorganised away.',
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
      }),
    ),
    gone: Type.Optional(
      Type.Boolean({
        description:
          'true: the chain does not know the transaction any more. A credit is taken back; reported again, the deposit is credited again.',
      }),
    ),
    ...optionalReason,
  },
  reply: deposit,
  errors: ['operator-not-found', 'operator-conflict'],
});
