import type { CustomerOperations } from '../../contract/customer/index.ts';
import type { Handler } from '../handler.ts';

export const systemStatus: Handler<CustomerOperations['systemStatus']> = (_values, _caller, { catalog }) =>
  catalog().settings.systemStatus;

export const ping: Handler<CustomerOperations['ping']> = () => ({});

export const serverTime: Handler<CustomerOperations['serverTime']> = (_values, _caller, { nowMs }) => ({
  serverTime: nowMs(),
});

export const exchangeInfo: Handler<CustomerOperations['exchangeInfo']> = (_values, _caller, parts) => {
  const { catalog, nowMs, weightPerMinute } = parts;
  return {
    timezone: 'UTC',
    serverTime: nowMs(),
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: weightPerMinute },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
      { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200_000 },
    ],
    exchangeFilters: [],
    symbols: [...catalog().symbols.values()].map(({ symbol, baseAsset, quoteAsset }) => ({
      symbol,
      status: 'TRADING',
      baseAsset,
      baseAssetPrecision: catalog().assets.get(baseAsset)?.scale ?? 8,
      quoteAsset,
      quotePrecision: catalog().assets.get(quoteAsset)?.scale ?? 8,
      orderTypes: ['LIMIT', 'MARKET'],
      icebergAllowed: false,
      filters: [],
    })),
  };
};
