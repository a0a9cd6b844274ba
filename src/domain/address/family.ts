/** What each family of addresses implements. */
import type { AddressRules, ReadAddress, TagRule } from './rules.ts';

export interface AddressFamily {
  /** Longer texts are refused before they are decoded: decoding Base58 takes the square of the length. */
  readonly maxLength: number;
  /** @param text printable ASCII of at most `maxLength` characters, unless the family reads `anyText`. */
  read(text: string, rules: AddressRules): ReadAddress | null;
  /** How many bytes identify the owner in a derived address. */
  readonly ownerLength: number;
  write(owner: Uint8Array, rules: AddressRules): string;
  /** The tag rule of networks that do not declare another one. */
  readonly tagRule: TagRule | null;
}

/** A family whose addresses have one spelling for each key, which is then the key itself. */
export function readSpelling(read: (text: string) => string | null): AddressFamily['read'] {
  return (text) => {
    const key = read(text);
    return key === null ? null : { key };
  };
}
