/** The transfers of the ledger: both sides of each, what caused it, and the seal that covers it. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';
import { transferKinds } from '../transfer-kinds.ts';
import { assetCode, emailText, oneOf, orNull } from './fields.ts';
import {
  accountFilter,
  amountFilter,
  assetFilter,
  cursorPaging,
  movementFilters,
  pageEnd,
  timeFilter,
} from './list-fields.ts';

const side = Type.Object({
  ledgerAccount: Type.String({
    description:
      'custody:NETWORK, fees, dust, adjustments, owed:ACCOUNT, or of a customer ACCOUNT:WALLET:SIDE, where ACCOUNT is a number.',
  }),
  email: orNull({
    ...emailText,
    description: 'The customer; null: the exchange, or unattributed deposits.',
  }),
});

const seal = Type.Object({
  lastSeq: Type.Integer({ description: 'The last transfer that the seal covers.' }),
  hash: Type.String({ description: 'Hash over all transfers up to the last one that it covers.' }),
  sealedAt: milliseconds('Time of the seal'),
});

const transfer = Type.Object({
  seq: Type.Integer({ description: 'Number of the transfer.' }),
  at: milliseconds('Time of the transfer'),
  kind: oneOf(transferKinds, 'Kind of the transfer.'),
  asset: assetCode,
  amount: decimalText('The amount that moves from the debited to the credited ledger account.'),
  debit: side,
  credit: side,
  reference: Type.String({
    description: 'Id of the withdrawal, deposit, conversion … that it belongs to.',
  }),
  cause: orNull({
    ...Type.String(),
    description: 'Where the reference leads: the path of the withdrawal or deposit; null for others.',
  }),
  seal: Type.Unsafe<{ lastSeq: number; hash: string; sealedAt: number } | null>({
    ...seal,
    type: ['object', 'null'],
    description: 'The seal that covers it; null until there is one.',
  }),
});

export const listTransfers = operatorOperation({
  id: 'listTransfers',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/transfers',
  summary:
    'List the transfers of the ledger, newest first, or those that all filters select, each with both sides, its cause and its seal.',
  query: {
    account: accountFilter,
    asset: assetFilter,
    kind: Type.Optional(oneOf(transferKinds, 'Kind of the transfer.')),
    reference: Type.Optional(
      Type.String({
        description: 'Id of a withdrawal, deposit, conversion …, exactly.',
        minLength: 1,
        maxLength: 256,
      }),
    ),
    ...movementFilters,
    ...amountFilter,
    ...timeFilter,
    ...cursorPaging,
  },
  reply: Type.Object({ transfers: Type.Array(transfer), ...pageEnd }),
  csv: {
    columns: [
      ...['seq', 'at', 'kind', 'asset', 'amount', 'debit', 'debitEmail', 'credit', 'creditEmail'],
      ...['reference', 'sealedUpTo', 'sealHash'],
    ],
    rows: ({ transfers }) =>
      transfers.map(({ debit, credit, seal: covering, cause: _, ...each }) => ({
        ...each,
        debit: debit.ledgerAccount,
        debitEmail: debit.email ?? '',
        credit: credit.ledgerAccount,
        creditEmail: credit.email ?? '',
        sealedUpTo: covering?.lastSeq ?? '',
        sealHash: covering?.hash ?? '',
      })),
  },
});

export const getTransfer = operatorOperation({
  id: 'getTransfer',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/transfers/{seq}',
  summary: 'Get a transfer by its number, with both sides, its cause and its seal.',
  pathParameters: {
    seq: Type.String({
      description: 'Number of the transfer.',
      pattern: '^[1-9][0-9]{0,14}$',
      patternInWords: 'a whole number from 1',
    }),
  },
  reply: transfer,
  errors: ['operator-not-found'],
});
