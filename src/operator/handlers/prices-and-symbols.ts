import { unwrap } from '../../command/outcome.ts';
import { isRejection } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/prices-and-symbols.ts';
import { implement } from '../handler.ts';
import { decimalOf, otherThanPath } from './subject.ts';

export const putPrice = implement(
  operations.putPrice,
  async ({ path: { asset }, body: { asset: named = asset, price } }, operator, { commands }) => {
    if (named !== asset) return otherThanPath('asset', named, asset);
    const outcome = unwrap(await commands.submit('putPrice', { operator, asset, price: decimalOf(price) }));
    return isRejection(outcome) ? outcome : outcome.done;
  },
);

export const listPrices = implement(operations.listPrices, (_input, _operator, parts) => ({
  prices: [...parts.catalog().prices].map(([asset, price]) => ({ asset, price })),
}));

export const putSymbol = implement(
  operations.putSymbol,
  async (
    { path: { symbol }, body: { symbol: named = symbol, reason: _, ...definition } },
    operator,
    { commands },
  ) => {
    if (named !== symbol) return otherThanPath('symbol', named, symbol);
    const outcome = unwrap(
      await commands.submit('putSymbol', { operator, symbol: { symbol, ...definition } }),
    );
    return isRejection(outcome) ? outcome : outcome.done;
  },
);

export const listSymbols = implement(operations.listSymbols, (_input, _operator, parts) => ({
  symbols: [...parts.catalog().symbols.values()],
}));
