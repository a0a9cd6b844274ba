import { exchangeInfo } from '../../contract/api/exchange-info.ts';
import { ping } from '../../contract/api/ping.ts';
import { serverTime } from '../../contract/api/server-time.ts';
import { formatFixed } from '../../contract/decimal.ts';
import type { ReplyOf } from '../../contract/operation.ts';
import { systemStatus } from '../../contract/wapi/system-status.ts';
import { type Catalog, scaleOf, type TradingSymbol } from '../../domain/catalog/catalog.ts';
import { implement } from '../handler.ts';

export const systemStatusHandler = implement(
  systemStatus,
  (_values, _caller, { catalog }) => catalog().settings.systemStatus,
);

export const pingHandler = implement(ping, () => ({}));

/** Wire time, because clients set the timestamps of their requests by it. */
export const serverTimeHandler = implement(serverTime, (_values, _caller, { clock }) => ({
  serverTime: clock.wire.now(),
}));

export const exchangeInfoHandler = implement(exchangeInfo, (_values, _caller, parts) => {
  const { catalog, clock, weightPerMinute } = parts;
  return {
    timezone: 'UTC',
    serverTime: clock.wire.now(),
    rateLimits: [
      {
        rateLimitType: 'REQUEST_WEIGHT',
        interval: 'MINUTE',
        intervalNum: 1,
        limit: weightPerMinute || unlimited,
      },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
      { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200_000 },
    ],
    exchangeFilters: [],
    symbols: [...catalog().symbols.values()].map((symbol) => renderSymbol(symbol, catalog())),
  };
});

/** Clients throttle themselves by the limit. Without a limit they get the largest 32-bit integer. */
const unlimited = 2 ** 31 - 1;
const largest = '9000000000.00000000';

/** There are no orders here, so the filters contain only what the scales of the two assets imply. */
function renderSymbol(
  { symbol, baseAsset, quoteAsset }: TradingSymbol,
  catalog: Catalog,
): ReplyOf<typeof exchangeInfo>['symbols'][number] {
  const baseScale = scaleOf(catalog, baseAsset);
  const quoteScale = scaleOf(catalog, quoteAsset);
  const baseStep = formatFixed(1n, baseScale, 8);
  const quoteStep = formatFixed(1n, quoteScale, 8);
  return {
    symbol,
    status: 'TRADING',
    baseAsset,
    baseAssetPrecision: baseScale,
    quoteAsset,
    quotePrecision: quoteScale,
    baseCommissionPrecision: baseScale,
    quoteCommissionPrecision: quoteScale,
    orderTypes: ['LIMIT', 'MARKET'],
    icebergAllowed: false,
    ocoAllowed: false,
    quoteOrderQtyMarketAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: [
      { filterType: 'PRICE_FILTER', minPrice: quoteStep, maxPrice: largest, tickSize: quoteStep },
      { filterType: 'LOT_SIZE', minQty: baseStep, maxQty: largest, stepSize: baseStep },
      { filterType: 'MIN_NOTIONAL', minNotional: quoteStep, applyToMarket: true, avgPriceMins: 5 },
    ],
    permissions: ['SPOT'],
  };
}
