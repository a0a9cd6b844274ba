/**
 * Addresses of the supported networks behind one interface: validate an address, find its canonical key, and derive an
 * address for a simulated chain. Mainnets only; checksums are verified.
 *
 * Invariants: no input, however long or malformed, makes a check throw or run long; all spellings that a network
 * accepts for one address have the same key; a derived address passes validation.
 */
import { families } from './families.ts';
import type { AddressRules, ReadAddress } from './rules.ts';
import { expandSeed } from './seed.ts';

export { type AddressFormat, addressFormats } from '../../contract/address-format.ts';
export { problemOfAddressRules } from './parameters.ts';
export type { AddressRules, ReadAddress, TagRule } from './rules.ts';
export {
  canonicalTag,
  checkTag,
  defaultTagRule,
  deriveTag,
  problemOfTagRule,
  sharesAddress,
  tagExpression,
} from './tag.ts';
export {
  canonicalTransactionId,
  completeTransactionId,
  deriveTransactionId,
  transactionIdRule,
} from './transaction-id.ts';

/**
 * Recently read addresses, by the rules of their network. One payment reads the same address several times, and most of
 * the cost is the checksum.
 */
const readLately = new WeakMap<AddressRules, Map<string, ReadAddress | null>>();
const maxReadLately = 256;

/** @returns null if the text is not an address. `rules` must have passed `problemOfAddressRules`. */
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

/** A regular expression that every address of a network matches; see `AddressFamily`. */
export function addressExpression(rules: AddressRules): string {
  return `^(${families[rules.addressFormat].shape(rules)})$`;
}

export function checkAddress(rules: AddressRules, text: string): boolean {
  return readAddress(rules, text) !== null;
}

/**
 * Derives an address for a simulated chain, in the network's usual spelling; nobody has its key. `seed` is 32 bytes.
 */
export function deriveAddress(rules: AddressRules, seed: Uint8Array): string {
  const { ownerLength, write } = families[rules.addressFormat];
  return write(expandSeed(`address:${rules.addressFormat}`, seed, ownerLength), rules);
}
