import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { decimalText, optional, Type } from '../../schema.ts';
import { amounts, btcValuation } from './balance-fields.ts';

/** The wallets that the exchange has. There are only the first two here. */
export const walletNames = [
  'Spot',
  'Funding',
  'Cross Margin',
  'Isolated Margin',
  'USDⓈ-M Futures',
  'COIN-M Futures',
  'Earn',
  'Options',
  'Trading Bots',
  'Copy Trading',
] as const;

/** All wallets of the exchange, of which only Spot and Funding are active. */
export const walletBalance = operation({
  id: 'walletBalance',
  dialect: sapi,
  method: 'GET',
  paths: ['/sapi/v1/asset/wallet/balance'],
  weights: { address: 60 },
  summary: 'Value of each wallet.',
  parameters: {
    quoteAsset: optional.string({
      description: 'The asset in which wallets are valued, by the prices of the operator; BTC when absent.',
      maximum: 20,
    }),
    needBalanceDetail: optional.boolean({ description: 'Whether to list the balances of each wallet.' }),
  },
  reply: Type.Array(
    Type.Object({
      activate: Type.Boolean(),
      balance: decimalText('Value in the quote asset.'),
      walletName: Type.String({ enum: [...walletNames] }),
      assetBalances: Type.Optional(
        Type.Array(Type.Object({ asset: Type.String(), assetName: Type.String(), ...amounts, btcValuation })),
      ),
    }),
  ),
});
