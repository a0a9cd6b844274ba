/** Where a payment goes: an address and a tag, read together. */
import { readAddress } from './address.ts';
import type { AddressRules, TagRule } from './rules.ts';
import { checkTag } from './tag.ts';

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
  addressTag?: string,
): Destination | 'address-invalid' | 'address-tag-invalid' {
  const read = readAddress(rules, address);
  if (read === null || read.burn) return 'address-invalid';
  if (addressTag === undefined) return { key: read.key, tag: read.tag ?? '' };
  // Two tags: which of them is meant is anybody's guess.
  if (read.tag !== undefined) return 'address-tag-invalid';
  const isTag = tagRule !== null && checkTag(tagRule, addressTag);
  return isTag ? { key: read.key, tag: addressTag } : 'address-tag-invalid';
}
