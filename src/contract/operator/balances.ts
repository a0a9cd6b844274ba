/** Balances of accounts, and manual credits and debits: backed by custody, or against the adjustments account. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, Type } from '../schema.ts';
import { amountInput, assetCode, emailText, networkCode } from './fields.ts';

const balance = {
  asset: assetCode,
  free: decimalText('Spendable.'),
  held: decimalText('Held by withdrawals and by deposits that cannot be withdrawn yet.'),
};

const wallet = Type.Union([Type.Literal('spot'), Type.Literal('funding')], {
  description: 'Deposits arrive in Spot; the account moves them to Funding and back.',
});

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
  path: '/operator/v1/accounts/{email}/credit',
  summary: 'Credit the free balance of an account, and custody.',
  errors: ['operator-not-found', 'operator-conflict'],
});

export const debitAccount = operatorOperation({
  ...booking,
  id: 'debitAccount',
  path: '/operator/v1/accounts/{email}/debit',
  summary: 'Debit the free balance of an account, and custody. An amount that exceeds either is a conflict.',
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listBalances = operatorOperation({
  id: 'listBalances',
  method: 'GET',
  path: '/operator/v1/accounts/{email}/balances',
  summary: 'List the balances of an account, by asset and wallet.',
  pathParameters: { email: emailText },
  reply: Type.Object({ email: emailText, balances: Type.Array(Type.Object({ wallet, ...balance })) }),
  errors: ['operator-not-found'],
});
