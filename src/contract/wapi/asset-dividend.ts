import { operation } from '../operation.ts';
import { decimalText, milliseconds, optional, Type } from '../schema.ts';
import { timeRange } from './history-parameters.ts';

/**
 * seed: GET /sapi/v1/asset/assetDividend; `total` counts all matching rows.
 * deviation: dividends are listed oldest first, as the general rule says, unlike the sample; `limit` (20, at most 500) is taken as the live service did.
 */
export const assetDividend = operation({
  id: 'assetDividend',
  method: 'GET',
  paths: ['/sapi/v1/asset/assetDividend'],
  summary: 'Query asset dividend record.',
  parameters: {
    asset: optional.string({ description: 'Only this asset.', maximum: 20 }),
    ...timeRange,
    limit: optional.integer({ description: 'Rows of the reply; 20 when absent.', minimum: 1, maximum: 500 }),
  },
  reply: Type.Object({
    rows: Type.Array(
      Type.Object({
        amount: decimalText('What was received.'),
        asset: Type.String(),
        divTime: milliseconds('When it was received'),
        enInfo: Type.String(),
        tranId: Type.Integer(),
      }),
    ),
    total: Type.Integer(),
  }),
});
