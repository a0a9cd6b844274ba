/** Parts of the regular expressions for the shapes of addresses. */

/** In any of its alphabets, which differ in their order. */
export const base58Letter = '[1-9A-HJ-NP-Za-km-z]';

/** A public key hash or a script hash with a version of one or two bytes. */
export const hashAddressShape = `${base58Letter}{20,40}`;

/** All in lower case or all in upper case. */
export function bech32Shape(hrp: string): string {
  return `${hrp}1[02-9ac-hj-np-z]{6,}|${hrp.toUpperCase()}1[02-9AC-HJ-NP-Z]{6,}`;
}
