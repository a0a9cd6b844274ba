import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { exactNumber, milliseconds, optional, Type } from '../schema.ts';
import { timeRange } from '../time-range.ts';
import { historyPaging } from './history-parameters.ts';

/**
 * spec: GET /wapi/v3/withdrawHistory.html, oldest first. `amount` is net: amount + transactionFee is the debit.
 * deviation: a withdrawal has a `withdrawOrderId` if its request had one, and can be queried by it.
 */
export const withdrawHistory = operation({
  id: 'withdrawHistory',
  dialect: wapi,
  method: 'GET',
  paths: ['/wapi/v3/withdrawHistory.html'],
  order: 'oldest first',
  summary: 'Fetch withdraw history.',
  parameters: {
    asset: optional.string({ description: 'Only this asset.', maximum: 20 }),
    withdrawOrderId: optional.string({
      description: 'Only the withdrawal with this idempotency key.',
      maximum: 64,
    }),
    status: optional.integer({
      description:
        '0: Email Sent, 1: Cancelled, 2: Awaiting Approval, 3: Rejected, 4: Processing, 5: Failure, 6: Completed. All when absent.',
      allowed: [0, 1, 2, 3, 4, 5, 6],
    }),
    ...timeRange,
    ...historyPaging,
  },
  reply: Type.Object({
    withdrawList: Type.Array(
      Type.Object({
        id: Type.String(),
        amount: exactNumber('Net amount for the recipient: the requested amount less the fee.'),
        transactionFee: exactNumber('The fee.'),
        address: Type.String(),
        addressTag: Type.Optional(Type.String()),
        txId: Type.String({ description: 'Empty until the withdrawal is broadcast.' }),
        asset: Type.String(),
        applyTime: milliseconds('Time of the request'),
        status: Type.Integer({ minimum: 0, maximum: 6 }),
        withdrawOrderId: Type.Optional(Type.String()),
      }),
    ),
    success: Type.Literal(true),
  }),
});
