import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { decimalText, milliseconds, Type } from '../../schema.ts';
import { timeRange } from '../../time-range.ts';
import { accountType } from './dust-account-type.ts';

/** The newest conversions are shown, up to this number. */
export const dribbletsShown = 100;

/** The newest dust conversions, oldest first. Unlike in wapi, amounts are gross. */
export const dribblet = operation({
  id: 'dribblet',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/asset/dribblet'],
  weights: { address: 1 },
  order: 'oldest first',
  summary: 'Dust conversions.',
  parameters: { ...accountType, ...timeRange },
  reply: Type.Object({
    total: Type.Integer({ description: `Number of rows in this reply, at most ${dribbletsShown}.` }),
    userAssetDribblets: Type.Array(
      Type.Object({
        operateTime: milliseconds('Time of the conversion'),
        totalTransferedAmount: decimalText('Sum of the gross amounts, in BNB.'),
        totalServiceChargeAmount: decimalText('Sum of the charges, in BNB.'),
        transId: Type.Integer({ format: 'int64' }),
        userAssetDribbletDetails: Type.Array(
          Type.Object({
            transId: Type.Integer({ format: 'int64' }),
            serviceChargeAmount: decimalText('The charge, in BNB.'),
            amount: decimalText('Converted amount, in the asset.'),
            operateTime: milliseconds('Time of the conversion'),
            transferedAmount: decimalText('Gross amount in BNB, before the charge.'),
            fromAsset: Type.String(),
            targetAsset: Type.String(),
          }),
        ),
      }),
    ),
  }),
});
