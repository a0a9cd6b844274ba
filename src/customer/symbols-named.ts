import { type Rejection, reject } from '../contract/errors.ts';
import type { Catalog, TradingSymbol } from '../domain/catalog/catalog.ts';

/** @returns the symbol of this name; without a name all symbols. */
export function symbolsNamed(
  name: string | undefined,
  { symbols }: Pick<Catalog, 'symbols'>,
): readonly TradingSymbol[] | Rejection<'symbol-unknown'> {
  if (name === undefined) return [...symbols.values()];
  const symbol = symbols.get(name);
  return symbol === undefined ? reject('symbol-unknown') : [symbol];
}
