/** Balances of accounts, and manual credits and debits: backed by custody, or against the adjustments account. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';
import {
  amountInput,
  assetCode,
  emailText,
  millisecondsInput,
  networkCode,
  nextCursor,
  orNull,
  paging,
} from './fields.ts';

const balance = {
  asset: assetCode,
  free: decimalText('Spendable.'),
  held: decimalText('Held by withdrawals and by deposits that cannot be withdrawn yet.'),
};

const wallet = Type.Union([Type.Literal('spot'), Type.Literal('funding')], {
  description: 'Deposits arrive in Spot; the account moves them to Funding and back.',
});

const owed = Type.Optional(
  decimalText('What the account owes, if it does: later credits pay it first. Not shown for a past time.'),
);

const booking = {
  method: 'POST',
  idempotent: true,
  pathParameters: { email: emailText },
  body: {
    asset: assetCode,
    amount: amountInput('Greater than zero, with at most as many decimals as the asset.'),
    backed: Type.Optional(
      Type.Boolean({
        default: true,
        description:
          'true (the default): coins enter or leave custody with the booking. false: only the liability to the customer changes, and custody may no longer cover it.',
      }),
    ),
    network: Type.Optional({
      ...networkCode,
      description:
        "The network whose custody a backed booking changes; the asset's default network when absent.",
    }),
    reason: Type.String({ description: 'Reason for the audit trail.', minLength: 1, maxLength: 500 }),
  },
  reply: Type.Object({ email: emailText, ...balance }),
} as const;

export const creditAccount = operatorOperation({
  ...booking,
  id: 'creditAccount',
  permission: 'book-money',
  path: '/operator/v1/accounts/{email}/credit',
  summary: 'Credit the free balance of an account, and custody.',
  errors: ['operator-not-found', 'operator-conflict'],
});

export const debitAccount = operatorOperation({
  ...booking,
  id: 'debitAccount',
  permission: 'book-money',
  path: '/operator/v1/accounts/{email}/debit',
  summary: 'Debit the free balance of an account, and custody. An amount that exceeds either is a conflict.',
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listBalances = operatorOperation({
  id: 'listBalances',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/accounts/{email}/balances',
  summary: 'List the balances of an account, by asset and wallet: those of now, or of a past time.',
  pathParameters: { email: emailText },
  query: {
    at: Type.Optional(
      millisecondsInput('The balances after all transfers up to this time (ms), not in the future.'),
    ),
  },
  reply: Type.Object({ email: emailText, balances: Type.Array(Type.Object({ wallet, ...balance, owed })) }),
  errors: ['operator-not-found'],
});

export const listOwed = operatorOperation({
  id: 'listOwed',
  method: 'GET',
  path: '/operator/v1/owed',
  permission: 'view',
  summary:
    'List what accounts owe, because a deposit that they had spent was reorganised away. Their withdrawals of the asset are rejected; later credits pay it first.',
  query: paging,
  reply: Type.Object({
    owed: Type.Array(
      Type.Object({ email: emailText, asset: assetCode, owed: decimalText('The amount that is owed.') }),
    ),
    nextCursor,
  }),
});

const change = (of: string) => decimalText(`The change of ${of}; negative if it falls.`);
const balances = (when: string) => Type.Array(Type.Object({ wallet, ...balance }), { description: when });

const entry = Type.Object({
  seq: Type.Integer({ description: 'Number of the transfer.' }),
  at: milliseconds('Time of the transfer'),
  kind: Type.String({ description: 'Kind of the transfer.' }),
  reference: Type.String({
    description: 'Id of the withdrawal, deposit, conversion … that it belongs to.',
  }),
  wallet,
  asset: assetCode,
  freeChange: change('free'),
  heldChange: change('held'),
  free: decimalText('After the transfer.'),
  held: decimalText('After the transfer.'),
});

const statement = Type.Object({
  email: emailText,
  opening: balances('The balances before the first entry.'),
  entries: Type.Array(entry),
  closing: balances('The balances after the last entry.'),
  next: orNull(
    Type.Integer({
      description: 'Where there are more entries: `after` of the next page. Null on the last page.',
    }),
  ),
});

export const getStatement = operatorOperation({
  id: 'getStatement',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/accounts/{email}/statement',
  summary: 'List the transfers of an account in an interval, with the balance after each, oldest first.',
  pathParameters: { email: emailText },
  query: {
    asset: Type.Optional(assetCode),
    from: Type.Optional(millisecondsInput('Earliest time, inclusive (ms); all when absent.')),
    to: Type.Optional(millisecondsInput('Latest time, inclusive (ms); now when absent.')),
    after: Type.Optional(
      Type.Integer({
        description: '`next` of the page before.',
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        description: 'Maximum number of transfers.',
        minimum: 1,
        maximum: 10_000,
        default: 1000,
      }),
    ),
  },
  reply: statement,
  csv: { columns: Object.keys(entry.properties), rows: ({ entries }) => entries },
  errors: ['operator-not-found'],
});
