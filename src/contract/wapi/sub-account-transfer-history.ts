import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { decimalText, milliseconds, required, Type } from '../schema.ts';
import { timeRange } from '../time-range.ts';
import { pageParameters } from './sub-account-list.ts';

/**
 * spec: GET /wapi/v3/sub-account/transfer/history.html, for masters; covers the last 100 days unless a range is given.
 */
export const subAccountTransferHistory = operation({
  id: 'subAccountTransferHistory',
  dialect: wapi,
  method: 'GET',
  paths: ['/wapi/v3/sub-account/transfer/history.html'],
  masterOnly: true,
  order: 'oldest first',
  summary: 'Fetch transfer history list.',
  parameters: {
    email: required.string({ description: 'Sub-account email; matches either side.', maximum: 254 }),
    ...timeRange,
    ...pageParameters,
  },
  reply: Type.Object({
    success: Type.Literal(true),
    transfers: Type.Array(
      Type.Object({
        from: Type.String(),
        to: Type.String(),
        asset: Type.String(),
        qty: decimalText('Transferred amount.'),
        time: milliseconds('Time of the transfer'),
      }),
    ),
  }),
  errors: ['sub-account-unrelated'],
});
