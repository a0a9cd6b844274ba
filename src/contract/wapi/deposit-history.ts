import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { exactNumber, milliseconds, optional, Type } from '../schema.ts';
import { timeRange } from '../time-range.ts';
import { historyPaging } from './history-parameters.ts';

/**
 * spec: GET /wapi/v3/depositHistory.html, oldest first; `addressTag` is present only if the deposit has one.
 * deviation: a deposit below the `depositMinimum` of its network is neither credited nor listed unless an operator
 * assigns it.
 */
export const depositHistory = operation({
  id: 'depositHistory',
  dialect: wapi,
  method: 'GET',
  paths: ['/wapi/v3/depositHistory.html'],
  order: 'oldest first',
  summary: 'Fetch deposit history.',
  parameters: {
    asset: optional.string({ description: 'Only this asset.', maximum: 20 }),
    status: optional.integer({
      description: '0: pending, 6: credited but cannot withdraw, 1: success. All when absent.',
      allowed: [0, 1, 6],
    }),
    ...timeRange,
    ...historyPaging,
  },
  reply: Type.Object({
    depositList: Type.Array(
      Type.Object({
        insertTime: milliseconds('Time at which it was first observed'),
        amount: exactNumber('Received amount.'),
        asset: Type.String(),
        address: Type.String(),
        addressTag: Type.Optional(Type.String()),
        txId: Type.String(),
        status: Type.Integer({ enum: [0, 1, 6] }),
      }),
    ),
    success: Type.Literal(true),
  }),
});
