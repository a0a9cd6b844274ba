import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { decimalText, Type } from '../../schema.ts';
import { amounts, balanceParameters, btcValuation } from './balance-fields.ts';

/** The balances of the Spot wallet that are above zero. */
export const getUserAsset = operation({
  id: 'getUserAsset',
  dialect: sapi,
  method: 'POST',
  paths: ['/sapi/v3/asset/getUserAsset'],
  writes: false,
  weights: { address: 5 },
  summary: 'Balances of the Spot wallet.',
  parameters: balanceParameters,
  reply: Type.Array(
    Type.Object({
      asset: Type.String(),
      ...amounts,
      ipoable: decimalText('Always 0.'),
      btcValuation,
    }),
  ),
});
