import { operation } from '../operation.ts';
import { milliseconds, Type } from '../schema.ts';

const rateLimit = Type.Object({
  rateLimitType: Type.String({ enum: ['REQUEST_WEIGHT', 'ORDERS', 'RAW_REQUESTS'] }),
  interval: Type.String({ enum: ['SECOND', 'MINUTE', 'DAY'] }),
  intervalNum: Type.Integer(),
  limit: Type.Integer(),
});

const symbol = Type.Object({
  symbol: Type.String(),
  status: Type.Literal('TRADING'),
  baseAsset: Type.String(),
  baseAssetPrecision: Type.Integer(),
  quoteAsset: Type.String(),
  quotePrecision: Type.Integer(),
  orderTypes: Type.Array(Type.String()),
  icebergAllowed: Type.Boolean(),
  filters: Type.Array(Type.Unknown()),
});

/**
 * Rate limits and symbols, which clients load before anything else.
 * deviation: the specification speaks of a rateLimits array of /wapi/v3; it has always been served here.
 */
export const exchangeInfo = operation({
  id: 'exchangeInfo',
  method: 'GET',
  paths: ['/api/v1/exchangeInfo', '/api/v3/exchangeInfo'],
  security: 'NONE',
  inMaintenance: true,
  summary: 'Exchange information.',
  reply: Type.Object({
    timezone: Type.Literal('UTC'),
    serverTime: milliseconds("The server's clock"),
    rateLimits: Type.Array(rateLimit),
    exchangeFilters: Type.Array(Type.Unknown()),
    symbols: Type.Array(symbol),
  }),
});
