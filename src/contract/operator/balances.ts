/** What accounts own, and bookings by hand: backed by custody, or against the adjustment account of the house. */
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, Type } from '../schema.ts';
import { amountInput, assetCode, emailText, networkCode } from './fields.ts';

const balance = {
  asset: assetCode,
  free: decimalText('Spendable.'),
  held: decimalText('Held by withdrawals and by deposits that are not yet free.'),
};

const booking = {
  method: 'POST',
  idempotent: true,
  pathParameters: { email: emailText },
  body: {
    asset: assetCode,
    amount: amountInput('Above zero, with no more decimals than the asset has.'),
    backed: Type.Optional(
      Type.Boolean({
        default: true,
        description:
          'Whether coins enter or leave custody with it, which they do unless this is false. false: only the debt to the customer changes, and custody may no longer cover it.',
      }),
    ),
    network: Type.Optional({
      ...networkCode,
      description: "Whose custody a backed booking changes; the asset's default network when absent.",
    }),
    reason: Type.String({ description: 'Why, for the audit trail.', minLength: 1, maxLength: 500 }),
  },
  reply: Type.Object({ email: emailText, ...balance }),
} as const;

export const creditAccount = operatorOperation({
  ...booking,
  id: 'creditAccount',
  path: '/operator/v1/accounts/{email}/credit',
  summary: 'Add to the free balance of an account, and to custody.',
  errors: ['operator-not-found'],
});

export const debitAccount = operatorOperation({
  ...booking,
  id: 'debitAccount',
  path: '/operator/v1/accounts/{email}/debit',
  summary: 'Take from the free balance of an account, and from custody; more than either has is a conflict.',
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listBalances = operatorOperation({
  id: 'listBalances',
  method: 'GET',
  path: '/operator/v1/accounts/{email}/balances',
  summary: 'Balances of an account, by asset.',
  pathParameters: { email: emailText },
  reply: Type.Object({ email: emailText, balances: Type.Array(Type.Object(balance)) }),
  errors: ['operator-not-found'],
});
