/** Where a payment goes: an address and a tag, read together and by what they mean. */
import { readAddress } from './address.ts';
import type { AddressRules, TagRule } from './rules.ts';
import { canonicalTag } from './tag.ts';

export type Destination = {
  /** The key of the address. */
  readonly key: string;
  /** "" where there is none. A tag that the address carries inside is the tag. */
  readonly tag: string;
};

/** @returns the id of the error where the network would not pay there, or nobody could ever spend it. */
export function readDestination(
  rules: AddressRules,
  tagRule: TagRule | null,
  address: string,
  addressTag = '',
): Destination | 'address-invalid' | 'address-tag-invalid' {
  const read = readAddress(rules, address);
  if (read === null || read.burn) return 'address-invalid';
  // Two tags: which of them is meant is anybody's guess.
  if (read.tag !== undefined && addressTag !== '') return 'address-tag-invalid';
  const given = read.tag ?? addressTag;
  const tag = given === '' ? '' : tagRule && canonicalTag(tagRule, given);
  return tag === null ? 'address-tag-invalid' : { key: read.key, tag };
}

/**
 * What an address and a tag mean, for finding whose they are. What the network would not take gets a key that no address
 * has: it is nobody's.
 */
export function meaningOf(
  rules: AddressRules,
  tagRule: TagRule | null,
  address: string,
  addressTag = '',
): Destination {
  const read = readAddress(rules, address);
  const tag = tagRule && addressTag !== '' ? (canonicalTag(tagRule, addressTag) ?? addressTag) : addressTag;
  if (read === null || (read.tag !== undefined && tag !== '' && tag !== read.tag)) {
    return { key: `not an address: ${address}`, tag };
  }
  return { key: read.key, tag: read.tag ?? tag };
}
