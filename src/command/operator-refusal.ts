/** How commands refuse an operator: what is not there, what stands in the way, what makes no sense. */
import { type Decimal, unitsOf } from '../contract/decimal.ts';
import { type Rejection, reject } from '../contract/errors.ts';
import type { Asset } from '../domain/catalog/catalog.ts';

export const noAccount = (email: string): Rejection =>
  reject('operator-not-found', { what: `account ${email}` });
export const noAsset = (asset: string): Rejection => reject('operator-not-found', { what: `asset ${asset}` });
export const conflict = (reason: string): Rejection => reject('operator-conflict', { reason });
export const invalid = (reason: string): Rejection => reject('operator-invalid', { reason });

/** An amount above zero in units of the asset, or why it is none. */
export function readAmount(amount: Decimal, { asset, scale }: Asset): bigint | Rejection {
  const units = unitsOf(amount, scale);
  if (units === null) return invalid(`The amount has more than the ${scale} decimals of ${asset}.`);
  return units > 0n ? units : invalid('The amount must be above zero.');
}
