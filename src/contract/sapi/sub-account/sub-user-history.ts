import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { optional, Type } from '../../schema.ts';
import { rowsPerPage, spot, timeRange, tranId, transferred, transferTime } from './fields.ts';

export const incoming = 1;
export const outgoing = 2;

/** Transfers of the calling sub-account in one direction, newest first. */
export const subUserTransferHistory = operation({
  id: 'subUserTransferHistory',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/sub-account/transfer/subUserHistory'],
  weights: { address: 1 },
  subAccountOnly: true,
  window: { days: 30, error: 'interval-too-long' },
  order: 'newest first',
  summary: 'Sub-account transfer history.',
  parameters: {
    asset: optional.string({ description: 'Only this asset.', maximum: 20 }),
    type: optional.integer({
      description: `${incoming}: transfers in; ${outgoing}: transfers out, also when absent.`,
      allowed: [incoming, outgoing],
    }),
    ...timeRange,
    limit: rowsPerPage(500),
    returnFailHistory: optional.boolean({ description: 'Without effect: a failed transfer is not stored.' }),
  },
  reply: Type.Array(
    Type.Object({
      counterParty: Type.String({ enum: ['master', 'subAccount'] }),
      email: Type.String({ description: 'E-mail of the other account.' }),
      type: Type.Integer({ enum: [incoming, outgoing] }),
      asset: Type.String(),
      qty: transferred,
      fromAccountType: spot,
      toAccountType: spot,
      status: Type.Literal('SUCCESS'),
      tranId,
      time: transferTime,
    }),
  ),
});
