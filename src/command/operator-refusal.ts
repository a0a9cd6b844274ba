/** Rejections of operator requests: not found, conflict, and invalid input. */
import { type Decimal, unitsOf } from '../contract/decimal.ts';
import { type Rejection, reject } from '../contract/errors.ts';
import type { Asset } from '../domain/catalog/catalog.ts';

export const noAccount = (email: string): Rejection =>
  reject('operator-not-found', { what: `account ${email}` });
export const noAsset = (asset: string): Rejection => reject('operator-not-found', { what: `asset ${asset}` });
export const conflict = (reason: string): Rejection => reject('operator-conflict', { reason });
export const invalid = (reason: string): Rejection => reject('operator-invalid', { reason });

/** @returns the amount in units of the asset, which must be greater than zero, or a rejection. */
export function readAmount(amount: Decimal, { asset, scale }: Asset): bigint | Rejection {
  const units = unitsOf(amount, scale);
  if (units === null) return invalid(`The amount has more decimals than ${asset}, which has ${scale}.`);
  return units > 0n ? units : invalid('The amount must be greater than zero.');
}
