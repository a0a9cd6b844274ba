/** Dividends, the shares that are still owed and the payments. */
import type { DividendState } from '../../domain/dividend.ts';
import { integer, table, text, units } from '../columns.ts';

export const dividendTables = {
  dividends: table(
    {
      tranId: integer,
      asset: text(),
      holdersOf: text(),
      network: text(),
      total: units,
      info: text(),
      state: text<DividendState>(),
      payments: integer,
      at: integer,
    },
    ['tranId'],
  ),
  dividend_shares: table({ tranId: integer, accountId: integer, amount: units }, ['tranId', 'accountId']),
  dividend_payments: table(
    {
      tranId: integer,
      accountId: integer,
      asset: text(),
      amount: units,
      info: text(),
      at: integer,
    },
    ['tranId', 'accountId'],
  ),
} as const;
