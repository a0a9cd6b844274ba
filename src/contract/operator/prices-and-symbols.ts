/** Prices, at which dust is converted, and trading symbols with their fees. */
import { symbolInWords, symbolPattern } from '../code.ts';
import { operatorOperation } from '../operator-operation.ts';
import { decimalText, Type } from '../schema.ts';
import { amountInput, assetCode, optionalReason } from './fields.ts';

const price = Type.Object({
  asset: assetCode,
  price: decimalText('Value of one whole coin of the asset in the reference currency.'),
});

export const putPrice = operatorOperation({
  id: 'putPrice',
  permission: 'change-rules',
  method: 'PUT',
  path: '/operator/v1/prices/{asset}',
  summary: 'Set the price of an asset.',
  pathParameters: { asset: assetCode },
  body: {
    asset: Type.Optional({ ...assetCode, description: 'Optional; must equal the code in the path.' }),
    price: amountInput(
      'Value of one whole coin of the asset in the reference currency, which all prices share; greater than zero.',
    ),
    ...optionalReason,
  },
  reply: price,
  errors: ['operator-not-found', 'operator-conflict'],
});

export const listPrices = operatorOperation({
  id: 'listPrices',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/prices',
  summary: 'List prices, by asset.',
  reply: Type.Object({ prices: Type.Array(price) }),
});

const symbolCode = Type.String({
  description: 'Symbol, for example ETHBTC.',
  pattern: symbolPattern,
  patternInWords: symbolInWords,
});
const symbol = Type.Object({
  symbol: symbolCode,
  baseAsset: assetCode,
  quoteAsset: assetCode,
  maker: decimalText('Maker fee as a fraction.'),
  taker: decimalText('Taker fee as a fraction.'),
});

export const putSymbol = operatorOperation({
  id: 'putSymbol',
  permission: 'change-rules',
  method: 'PUT',
  path: '/operator/v1/symbols/{symbol}',
  summary: 'Define a trading symbol and its fees.',
  pathParameters: { symbol: symbolCode },
  body: {
    symbol: Type.Optional({ ...symbolCode, description: 'Optional; must equal the symbol in the path.' }),
    baseAsset: assetCode,
    quoteAsset: assetCode,
    maker: amountInput('Maker fee as a fraction: "0.001" is 0.1 %.'),
    taker: amountInput('Taker fee as a fraction.'),
    ...optionalReason,
  },
  reply: symbol,
  errors: ['operator-not-found'],
});

export const listSymbols = operatorOperation({
  id: 'listSymbols',
  permission: 'view',
  method: 'GET',
  path: '/operator/v1/symbols',
  summary: 'List symbols, by name.',
  reply: Type.Object({ symbols: Type.Array(symbol) }),
});
