import { specifiedSapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { decimalText, milliseconds, optional, Type } from '../schema.ts';
import { timeRange } from '../time-range.ts';

/**
 * spec: GET /sapi/v1/asset/assetDividend; `total` counts all matching rows.
 * deviation: dividends are listed oldest first, as the general rule requires, unlike in the sample; `limit` (default
 * 20, maximum 500) is accepted, as in the live service.
 */
export const assetDividend = operation({
  id: 'assetDividend',
  dialect: specifiedSapi,
  method: 'GET',
  paths: ['/sapi/v1/asset/assetDividend'],
  order: 'oldest first',
  summary: 'Query asset dividend record.',
  parameters: {
    asset: optional.string({ description: 'Only this asset.', maximum: 20 }),
    ...timeRange,
    limit: optional.integer({
      description: 'Maximum number of rows; 20 when absent.',
      minimum: 1,
      maximum: 500,
    }),
  },
  reply: Type.Object({
    rows: Type.Array(
      Type.Object({
        amount: decimalText('Received amount.'),
        asset: Type.String(),
        divTime: milliseconds('Time of receipt'),
        enInfo: Type.String(),
        tranId: Type.Integer(),
      }),
    ),
    total: Type.Integer(),
  }),
});
