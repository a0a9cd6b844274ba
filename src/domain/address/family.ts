/** What each family of addresses implements. */
import type { AddressParameter, AddressRules, ReadAddress, TagRule } from './rules.ts';

export interface AddressFamily {
  /** What is worth decoding, with its length bounded: decoding Base58 takes the square of the length. */
  readonly text: RegExp;
  /** @param text matches the expression `text`. */
  read(text: string, rules: AddressRules): ReadAddress | null;
  /** How many bytes identify the owner in a derived address. */
  readonly ownerLength: number;
  write(owner: Uint8Array, rules: AddressRules): string;
  /** The tag rule of networks that do not declare another one. */
  readonly tagRule: TagRule | null;
  /** The parameters that it takes; "required" where it has no default. */
  readonly parameters?: Readonly<Partial<Record<AddressParameter, 'required' | 'optional'>>>;
}

/** Printable ASCII without blanks, as long as the longest address of the usual families. */
export const shortText = /^[!-~]{1,128}$/;

/** An address with its burn mark, where it has one. */
export function readAs(key: string, isBurn: boolean): ReadAddress {
  return isBurn ? { key, burn: true } : { key };
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
