/** The IP addresses from which a key can be used. */
import { type Rejection, reject } from '../../contract/errors.ts';
import { canonicalRange } from '../../domain/ip-address.ts';

/** Addresses and CIDR ranges; an empty list: any address. */
export type Ranges = readonly string[];

/** @returns the ranges in canonical form, each one once. */
export function canonicalRanges(given: Ranges): Ranges | Rejection<'ip-range-invalid'> {
  const ranges = given.map(canonicalRange);
  const wrong = given[ranges.indexOf(null)];
  return wrong === undefined
    ? [...new Set(ranges.filter((range) => range !== null))]
    : reject('ip-range-invalid', { range: wrong });
}
