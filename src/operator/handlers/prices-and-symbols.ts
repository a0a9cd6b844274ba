import { unwrap } from '../../command/outcome.ts';
import { isRejection } from '../../contract/errors.ts';
import type { OperatorOperations } from '../../contract/operator-operations.ts';
import type { TradingSymbol } from '../../domain/catalog/catalog.ts';
import type { OperatorHandler } from '../handler.ts';
import { decimalOf } from './subject.ts';

export const putPrice: OperatorHandler<OperatorOperations['putPrice']> = async (
  { path: { asset }, body: { price } },
  operator,
  { commands },
) => {
  const outcome = unwrap(await commands.submit('putPrice', { operator, asset, price: decimalOf(price) }));
  return isRejection(outcome) ? outcome : outcome.done;
};

export const listPrices: OperatorHandler<OperatorOperations['listPrices']> = (_input, _operator, parts) => ({
  prices: [...parts.catalog().prices].map(([asset, price]) => ({ asset, price })),
});

export const putSymbol: OperatorHandler<OperatorOperations['putSymbol']> = async (
  { path: { symbol }, body: { reason: _, ...definition } },
  operator,
  { commands, catalog },
) => {
  const outcome = unwrap(await commands.submit('putSymbol', { operator, symbol: { symbol, ...definition } }));
  return isRejection(outcome) ? outcome : (catalog().symbols.get(symbol) as TradingSymbol);
};

export const listSymbols: OperatorHandler<OperatorOperations['listSymbols']> = (
  _input,
  _operator,
  parts,
) => ({
  symbols: [...parts.catalog().symbols.values()],
});
