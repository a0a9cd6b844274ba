/** The destination of a payment: an address and a tag, read together and compared by meaning. */
import { readAddress } from './address.ts';
import type { AddressRules, TagRule } from './rules.ts';
import { canonicalTag } from './tag.ts';

export type Destination = {
  /** The key of the address. */
  readonly key: string;
  /** "" if there is none. A tag embedded in the address counts as the tag. */
  readonly tag: string;
};

/** @returns the error id if the network would reject the destination or the funds could never be spent. */
export function readDestination(
  rules: AddressRules,
  tagRule: TagRule | null,
  address: string,
  addressTag = '',
): Destination | 'address-invalid' | 'address-tag-invalid' {
  const read = readAddress(rules, address);
  if (read === null || read.burn) return 'address-invalid';
  // With an embedded and a separate tag, the intended one is ambiguous.
  if (read.tag !== undefined && addressTag !== '') return 'address-tag-invalid';
  const given = read.tag ?? addressTag;
  const tag = given === '' ? '' : tagRule && canonicalTag(tagRule, given);
  return tag === null ? 'address-tag-invalid' : { key: read.key, tag };
}

/**
 * The meaning of an address and a tag, for finding their owner. An invalid address gets a key that no valid address
 * has, so it never matches an owner.
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
