/** Orders as the matching engine reports them, from which trading indicators are computed, and locks by hand. */
import { operatorOperation } from '../operator-operation.ts';
import { milliseconds, Type } from '../schema.ts';
import { amountInput, emailText, millisecondsInput, oneOf, orNull, whyChanged } from './fields.ts';

const orderEvent = Type.Object(
  {
    email: emailText,
    symbol: Type.String({ minLength: 1, maxLength: 40 }),
    timeInForce: oneOf(['GTC', 'IOC', 'FOK'], 'How long the order may stand.'),
    submitted: amountInput('Value of the order, in the quote asset.'),
    filled: amountInput('Value of what was filled of it.'),
    outcome: oneOf(['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED'], 'What has become of it.'),
    openMs: Type.Optional(orNull(millisecondsInput('How long a cancelled order lived.'))),
  },
  { additionalProperties: false },
);

export const recordOrderEvents = operatorOperation({
  id: 'recordOrderEvents',
  method: 'POST',
  path: '/operator/v1/order-events',
  summary: 'Take in a batch of orders, all or none.',
  body: { events: Type.Array(orderEvent, { minItems: 1, maxItems: 10_000 }), ...whyChanged },
  reply: Type.Object({ recorded: Type.Integer({ description: 'How many.' }) }),
  errors: ['operator-not-found'],
});

export const putTradingLock = operatorOperation({
  id: 'putTradingLock',
  method: 'PUT',
  path: '/operator/v1/accounts/{email}/trading-lock',
  summary: 'Lock trading of an account for a time, or unlock it.',
  pathParameters: { email: emailText },
  body: {
    locked: Type.Boolean(),
    recoverAfterMs: Type.Optional(
      Type.Integer({
        description: 'How long a lock lasts; 5 minutes when absent.',
        minimum: 1,
        maximum: 31_536_000_000,
      }),
    ),
    ...whyChanged,
  },
  reply: Type.Object({
    email: emailText,
    locked: Type.Boolean(),
    lockedUntil: orNull(milliseconds('When the lock ends; null without one')),
  }),
  errors: ['operator-not-found'],
});
