import { api } from '../dialect.ts';
import { operation } from '../operation.ts';
import { Type } from '../schema.ts';

const none = {
  dialect: api,
  method: 'GET',
  security: 'NONE',
  reply: Type.Object({ symbols: Type.Array(Type.Unknown()) }),
} as const;

/** There are no futures here, but clients such as ccxt ask for their symbols when they load the markets. */
export const futuresExchangeInfo = operation({
  ...none,
  id: 'futuresExchangeInfo',
  paths: ['/fapi/v1/exchangeInfo'],
  summary: 'Symbols of USDⓈ-M futures: none.',
});

/** The same for futures that are settled in coins. */
export const coinFuturesExchangeInfo = operation({
  ...none,
  id: 'coinFuturesExchangeInfo',
  paths: ['/dapi/v1/exchangeInfo'],
  summary: 'Symbols of COIN-M futures: none.',
});
