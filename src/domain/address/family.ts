/** The interface that each address family implements. */
import type { AddressParameter } from '../../contract/address-format.ts';
import type { AddressRules, ReadAddress, TagRule } from './rules.ts';

export interface AddressFamily {
  /** Texts worth decoding. It must bound the length, because decoding Base58 takes quadratic time. */
  readonly text: RegExp;
  /**
   * A regular expression, in the syntax that most languages share, for the shape of an address: every address that
   * `read` accepts matches as a whole, but a wrong checksum matches too.
   */
  shape(rules: AddressRules): string;
  /** @param text must match `text`. */
  read(text: string, rules: AddressRules): ReadAddress | null;
  /** Number of bytes that identify the owner in a derived address. */
  readonly ownerLength: number;
  write(owner: Uint8Array, rules: AddressRules): string;
  /** The tag rule of networks that declare none. */
  readonly tagRule: TagRule | null;
  /** The accepted parameters; "required" means that there is no default. */
  readonly parameters?: Readonly<Partial<Record<AddressParameter, 'required' | 'optional'>>>;
}

/** Printable ASCII without spaces, up to the longest address of the usual families. */
export const shortText = /^[!-~]{1,128}$/;

/** Builds the result, with the burn flag only if it is set. */
export function readAs(key: string, isBurn: boolean): ReadAddress {
  return isBurn ? { key, burn: true } : { key };
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
