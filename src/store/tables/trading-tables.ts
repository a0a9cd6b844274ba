/** Events of orders and the indicators computed from them. */
import type { OrderEvent, StoredIndicators } from '../../domain/trading/trading-status.ts';
import { integer, json, nullable, table, text } from '../columns.ts';

export const tradingTables = {
  order_events: table(
    {
      seq: integer,
      accountId: integer,
      symbol: text(),
      timeInForce: text<OrderEvent['timeInForce']>(),
      submitted: text(),
      filled: text(),
      outcome: text<OrderEvent['outcome']>(),
      openMs: nullable(integer),
      at: integer,
    },
    ['seq'],
  ),
  trading_indicators: table(
    { accountId: integer, indicators: json<StoredIndicators>(), evaluatedAt: integer },
    ['accountId'],
  ),
} as const;
