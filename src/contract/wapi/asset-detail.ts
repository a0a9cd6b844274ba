import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { decimalText, exactNumber, Type } from '../schema.ts';

/**
 * spec: GET /wapi/v3/assetDetail.html; `depositTip` is present only while deposits are disabled. Fee and minimum are
 * those of the default network; a status is false only if it is false for all networks.
 */
export const assetDetail = operation({
  id: 'assetDetail',
  dialect: wapi,
  method: 'GET',
  paths: ['/wapi/v3/assetDetail.html'],
  summary: 'Fetch asset detail.',
  reply: Type.Object({
    success: Type.Literal(true),
    assetDetail: Type.Record(
      Type.String(),
      Type.Object({
        minWithdrawAmount: decimalText('Minimum gross amount.'),
        depositStatus: Type.Boolean(),
        withdrawFee: exactNumber('Fee of a withdrawal.'),
        withdrawStatus: Type.Boolean(),
        depositTip: Type.Optional(Type.String()),
      }),
    ),
  }),
});
