/** Order reports of the matching engine, from which trading indicators are computed, and manual trading locks. */
import { operatorOperation } from '../operator-operation.ts';
import { milliseconds, Type } from '../schema.ts';
import { amountInput, emailText, millisecondsInput, oneOf, optionalReason, orNull } from './fields.ts';

const orderEvent = Type.Object(
  {
    email: emailText,
    symbol: Type.String({ minLength: 1, maxLength: 40 }),
    timeInForce: oneOf(['GTC', 'IOC', 'FOK'], 'Time in force of the order.'),
    submitted: amountInput('Value of the order, in the quote asset.'),
    filled: amountInput('Value of the filled part, in the quote asset.'),
    outcome: oneOf(['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED'], 'State of the order.'),
    openMs: Type.Optional(
      orNull(millisecondsInput('Time from the placement of an order to its cancellation (ms).')),
    ),
  },
  { additionalProperties: false },
);

export const recordOrderEvents = operatorOperation({
  id: 'recordOrderEvents',
  permission: 'change-accounts',
  method: 'POST',
  path: '/operator/v1/order-events',
  summary: 'Record a batch of order reports, all or none.',
  body: { events: Type.Array(orderEvent, { minItems: 1, maxItems: 10_000 }), ...optionalReason },
  maxBodyBytes: 4 * 1024 * 1024,
  reply: Type.Object({ recorded: Type.Integer({ description: 'Number of recorded reports.' }) }),
  errors: ['operator-not-found'],
});

export const putTradingLock = operatorOperation({
  id: 'putTradingLock',
  permission: 'change-accounts',
  method: 'PUT',
  path: '/operator/v1/accounts/{email}/trading-lock',
  summary: 'Lock trading for an account for a limited time, or unlock it.',
  pathParameters: { email: emailText },
  body: {
    locked: Type.Boolean(),
    recoverAfterMs: Type.Optional(
      Type.Integer({
        description: 'Duration of the lock (ms); 5 minutes when absent.',
        minimum: 1,
        maximum: 31_536_000_000,
      }),
    ),
    ...optionalReason,
  },
  reply: Type.Object({
    email: emailText,
    locked: Type.Boolean(),
    lockedUntil: orNull(milliseconds('End of the lock; null if trading is not locked')),
  }),
  errors: ['operator-not-found'],
});
