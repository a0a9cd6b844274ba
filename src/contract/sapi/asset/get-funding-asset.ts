import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';
import { amounts, balanceParameters, btcValuation } from './balance-fields.ts';

/** The balances of the Funding wallet that are above zero. */
export const getFundingAsset = operation({
  id: 'getFundingAsset',
  dialect: sapi,
  method: 'POST',
  paths: ['/sapi/v1/asset/get-funding-asset'],
  writes: false,
  weights: { address: 1 },
  summary: 'Balances of the Funding wallet.',
  parameters: balanceParameters,
  reply: Type.Array(Type.Object({ asset: Type.String(), ...amounts, btcValuation })),
});
