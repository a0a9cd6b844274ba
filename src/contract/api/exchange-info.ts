import { api } from '../dialect.ts';
import { operation } from '../operation.ts';
import { decimalText, milliseconds, Type } from '../schema.ts';

const rateLimit = Type.Object({
  rateLimitType: Type.String({ enum: ['REQUEST_WEIGHT', 'ORDERS', 'RAW_REQUESTS'] }),
  interval: Type.String({ enum: ['SECOND', 'MINUTE', 'DAY'] }),
  intervalNum: Type.Integer(),
  limit: Type.Integer(),
});

const filter = Type.Union([
  Type.Object({
    filterType: Type.Literal('PRICE_FILTER'),
    minPrice: decimalText('Lowest price.'),
    maxPrice: decimalText('Highest price.'),
    tickSize: decimalText('The price must be a multiple of this.'),
  }),
  Type.Object({
    filterType: Type.Literal('LOT_SIZE'),
    minQty: decimalText('Smallest quantity.'),
    maxQty: decimalText('Largest quantity.'),
    stepSize: decimalText('The quantity must be a multiple of this.'),
  }),
  Type.Object({
    filterType: Type.Literal('MIN_NOTIONAL'),
    minNotional: decimalText('Minimum of price times quantity.'),
    applyToMarket: Type.Boolean(),
    avgPriceMins: Type.Integer(),
  }),
]);

/** The fields that clients read when they load their markets. */
const symbol = Type.Object({
  symbol: Type.String(),
  status: Type.Literal('TRADING'),
  baseAsset: Type.String(),
  baseAssetPrecision: Type.Integer(),
  quoteAsset: Type.String(),
  quotePrecision: Type.Integer(),
  baseCommissionPrecision: Type.Integer(),
  quoteCommissionPrecision: Type.Integer(),
  orderTypes: Type.Array(Type.String()),
  icebergAllowed: Type.Boolean(),
  ocoAllowed: Type.Boolean(),
  quoteOrderQtyMarketAllowed: Type.Boolean(),
  isSpotTradingAllowed: Type.Boolean(),
  isMarginTradingAllowed: Type.Boolean(),
  filters: Type.Array(filter),
  permissions: Type.Array(Type.String()),
});

/**
 * Rate limits and symbols, which clients load before anything else.
 * deviation: exchangeInfo returns the rate limits; the specification mentions a rateLimits array in /wapi/v3, which has
 * never existed.
 */
export const exchangeInfo = operation({
  id: 'exchangeInfo',
  dialect: api,
  method: 'GET',
  paths: ['/api/v1/exchangeInfo', '/api/v3/exchangeInfo'],
  security: 'NONE',
  summary: 'Exchange information.',
  reply: Type.Object({
    timezone: Type.Literal('UTC'),
    serverTime: milliseconds("The server's clock"),
    rateLimits: Type.Array(rateLimit),
    exchangeFilters: Type.Array(Type.Unknown()),
    symbols: Type.Array(symbol),
  }),
});
