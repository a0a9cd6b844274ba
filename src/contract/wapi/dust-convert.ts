import { specifiedSapi } from '../dialect.ts';
import { operation } from '../operation.ts';
import { decimalText, milliseconds, required, Type } from '../schema.ts';

/**
 * spec: POST /sapi/v1/asset/dust converts all assets of a call atomically and reports gross amounts and a 2 % charge.
 */
export const dustConvert = operation({
  id: 'dust',
  dialect: specifiedSapi,
  method: 'POST',
  paths: ['/sapi/v1/asset/dust'],
  permission: 'trading',
  summary: 'Convert dust assets to BNB.',
  parameters: {
    asset: required.list({
      description: 'The asset being converted. For example: asset=BTC&asset=USDT',
      maximum: 100,
    }),
  },
  reply: Type.Object({
    totalServiceCharge: decimalText('Sum of the charges, in BNB.'),
    totalTransfered: decimalText('Sum of the gross amounts, in BNB.'),
    transferResult: Type.Array(
      Type.Object({
        amount: decimalText('Converted amount, in the asset.'),
        fromAsset: Type.String(),
        operateTime: milliseconds('Time of the conversion'),
        serviceChargeAmount: decimalText('The charge, in BNB.'),
        tranId: Type.Integer(),
        transferedAmount: decimalText('Gross amount in BNB, before the charge.'),
      }),
    ),
  }),
  errors: ['dust-asset-refused', 'dust-asset-missing', 'dust-too-large', 'dust-too-small', 'dust-too-soon'],
});
