import { wapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { decimalText, Type } from '../schema.ts';
import { historyPaging } from './history-parameters.ts';

const line = Type.Object({
  tranId: Type.Integer(),
  serviceChargeAmount: decimalText('The 2 % charge, in BNB.'),
  uid: Type.String(),
  amount: decimalText('Converted amount, in the asset.'),
  operateTime: Type.String({ description: 'UTC, YYYY-MM-DD HH:mm:ss' }),
  transferedAmount: decimalText('Credited amount in BNB, net of the charge.'),
  fromAsset: Type.String(),
});

/**
 * spec: GET /wapi/v3/userAssetDribbletLog.html.
 * deviation: the dust log is listed oldest first, as the general rule requires, unlike in the sample.
 */
export const dustLog = operation({
  id: 'userAssetDribbletLog',
  dialect: wapi,
  method: 'GET',
  paths: ['/wapi/v3/userAssetDribbletLog.html'],
  order: 'oldest first',
  summary: 'Fetch small amounts of assets exchanged BNB records.',
  parameters: historyPaging,
  reply: Type.Object({
    success: Type.Literal(true),
    results: Type.Object({
      total: Type.Integer({ description: 'Number of conversions of the account.' }),
      rows: Type.Array(
        Type.Object({
          transfered_total: decimalText('Sum of transferedAmount.'),
          service_charge_total: decimalText('Sum of serviceChargeAmount.'),
          tran_id: Type.Integer(),
          logs: Type.Array(line),
          operate_time: Type.String({ description: 'UTC, YYYY-MM-DD HH:mm:ss' }),
        }),
      ),
    }),
  }),
});
