import { type Decimal, unitsOf } from '../contract/decimal.ts';
import { type Rejection, reject } from '../contract/errors.ts';
import type { Asset } from '../domain/catalog/catalog.ts';

/** @returns the amount in units of the asset, which must be greater than zero, or a rejection. */
export function readAmount(
  amount: Decimal,
  { asset, scale }: Pick<Asset, 'asset' | 'scale'>,
): bigint | Rejection<'precision-exceeded' | 'amount-not-positive'> {
  const units = unitsOf(amount, scale);
  if (units === null) return reject('precision-exceeded', { asset, scale });
  return units > 0n ? units : reject('amount-not-positive');
}
