import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { decimalText, Type } from '../../schema.ts';
import { accountType } from './dust-account-type.ts';

/** The assets that a dust conversion would accept now, each by itself, and what they would give. */
export const dustBtc = operation({
  id: 'dustBtc',
  dialect: sapi,
  method: 'POST',
  paths: ['/sapi/v1/asset/dust-btc'],
  writes: false,
  weights: { address: 1 },
  summary: 'Assets that can be converted as dust.',
  parameters: accountType,
  reply: Type.Object({
    details: Type.Array(
      Type.Object({
        asset: Type.String(),
        assetFullName: Type.String(),
        amountFree: decimalText('What would be converted, in the asset.'),
        toBTC: decimalText('Value in BTC.'),
        toBNB: decimalText('Gross amount in BNB, before the charge.'),
        toBNBOffExchange: decimalText('Net amount in BNB.'),
        exchange: decimalText('The charge, in BNB.'),
      }),
    ),
    totalTransferBtc: decimalText('Value of all in BTC.'),
    totalTransferBNB: decimalText('Sum of the gross amounts, in BNB.'),
    dribbletPercentage: decimalText('The charge, as a fraction of the gross amount.'),
  }),
});
