/**
 * The value of amounts in another asset, by the operator's prices: exact rational arithmetic with a single rounding,
 * half up, at eight decimals.
 */
import { addDecimals, type Decimal, divideHalfUp, formatUnits, pow10 } from '../contract/decimal.ts';
import { type Catalog, priceOf, scaleOf } from './catalog/catalog.ts';

export type Amount = { readonly asset: string; readonly units: bigint };

const decimals = 8;
const nothing: Decimal = { coefficient: 0n, scale: 0 };
const one: Decimal = { coefficient: 1n, scale: 0 };

/**
 * The total value of the amounts, in the asset `quote`, as canonical text. Amounts of assets without a price
 * count as nothing. If `quote` itself has no price, only amounts of `quote` count.
 */
export function valueIn(
  quote: string,
  amounts: readonly Amount[],
  catalog: Pick<Catalog, 'assets' | 'prices'>,
): string {
  const quotePrice = priceOf(catalog, quote);
  const priceIn = (asset: string) =>
    quotePrice === null ? (asset === quote ? one : null) : priceOf(catalog, asset);
  const value = amounts
    .map(({ asset, units }) => multiply(units, scaleOf(catalog, asset), priceIn(asset) ?? nothing))
    .reduce(addDecimals, nothing);
  return divide(value, quotePrice ?? one);
}

function multiply(units: bigint, scale: number, price: Decimal): Decimal {
  return { coefficient: units * price.coefficient, scale: scale + price.scale };
}

function divide(value: Decimal, price: Decimal): string {
  const dividend = value.coefficient * pow10(price.scale) * pow10(decimals);
  return formatUnits(divideHalfUp(dividend, price.coefficient * pow10(value.scale)), decimals);
}
