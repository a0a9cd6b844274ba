import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { decimalText, milliseconds, optional, required, Type } from '../../schema.ts';
import { timeRange } from '../../time-range.ts';
import { type TransferType, transferTypes } from './transfer-types.ts';

/**
 * Transfers between the wallets of the account, newest first. A type whose wallets do not exist here has none.
 */
export const userUniversalTransferHistory = operation({
  id: 'userUniversalTransferHistory',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/asset/transfer'],
  weights: { address: 1 },
  // The last six months.
  window: { days: 186, defaultDays: 7, error: 'interval-too-long' },
  order: 'newest first',
  summary: 'Transfers between the wallets of the account.',
  parameters: {
    type: required.string<TransferType>({
      description: 'The wallet that pays and the wallet that receives.',
      allowed: transferTypes,
    }),
    ...timeRange,
    current: optional.integer({
      description: 'Number of the page; 1 when absent.',
      minimum: 1,
      maximum: 100_000,
    }),
    size: optional.integer({ description: 'Rows of a page; 10 when absent.', minimum: 1, maximum: 100 }),
  },
  reply: Type.Object({
    total: Type.Integer({ description: 'Number of rows on all pages.' }),
    rows: Type.Array(
      Type.Object({
        asset: Type.String(),
        amount: decimalText('The amount.'),
        type: Type.String(),
        status: Type.Literal('CONFIRMED'),
        tranId: Type.Integer({ format: 'int64' }),
        timestamp: milliseconds('Time of the transfer'),
      }),
    ),
  }),
});
