/**
 * Addresses of the networks that Bursar knows, behind one interface: is this text an address, what does it mean, and make
 * one up for a simulated chain. Mainnets only; checksums are verified.
 *
 * Always: no string, however long or strange, makes a check throw or take long; every spelling that a network takes
 * for the same address has the same key; a derived address passes the check.
 */
import { families } from './families.ts';
import type { AddressRules, ReadAddress } from './rules.ts';
import { expandSeed } from './seed.ts';

export { type AddressFormat, addressFormats } from '../../contract/address-format.ts';
export { faultOfAddressRules } from './parameters.ts';
export type { AddressRules, ReadAddress, TagRule } from './rules.ts';
export { canonicalTag, checkTag, defaultTagRule, deriveTag, faultOfTagRule, sharesAddress } from './tag.ts';
export { canonicalTransactionId, deriveTransactionId } from './transaction-id.ts';

/**
 * One payment reads the same address several times, and most of the time to read goes to its checksum. What was read
 * lately by the rules of one network is kept with them.
 */
const readLately = new WeakMap<AddressRules, Map<string, ReadAddress | null>>();
const maxReadLately = 256;

/** @returns null where the text is no address. The rules are those that `faultOfAddressRules` finds nothing in. */
export function readAddress(rules: AddressRules, text: string): ReadAddress | null {
  const family = families[rules.addressFormat];
  if (!family.text.test(text)) return null;
  const known = readLately.get(rules) ?? new Map<string, ReadAddress | null>();
  let read = known.get(text);
  if (read !== undefined) return read;
  read = family.read(text, rules);
  if (known.size === 0) readLately.set(rules, known);
  if (known.size >= maxReadLately) known.clear();
  known.set(text, read);
  return read;
}

export function checkAddress(rules: AddressRules, text: string): boolean {
  return readAddress(rules, text) !== null;
}

/** An address for a simulated chain, spelled as its network does; nobody holds its key. The seed has 32 bytes. */
export function deriveAddress(rules: AddressRules, seed: Uint8Array): string {
  const { ownerLength, write } = families[rules.addressFormat];
  return write(expandSeed(`address:${rules.addressFormat}`, seed, ownerLength), rules);
}
