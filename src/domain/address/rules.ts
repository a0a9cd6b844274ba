/** A network's rules for addresses and tags, and the result of reading an address. */
import type { AddressFormat } from '../../contract/address-format.ts';

/** The family of a network's addresses and its parameters. */
export type AddressRules = {
  readonly addressFormat: AddressFormat;
  /** Human-readable part of Bech32, or prefix of Cashaddr. */
  readonly addressHrp?: string | undefined;
  /**
   * Base58Check version numbers: first that of a public key hash, then all of script hashes. A number above 255 takes
   * two bytes.
   */
  readonly addressVersions?: readonly number[] | undefined;
  /** SS58 prefix, 0 … 16383. */
  readonly addressPrefix?: number | undefined;
  /** Regular expression in RE2 syntax that must match the whole address. */
  readonly addressPattern?: string | undefined;
};

/** The form of a network's tags: an integer from 0, UTF-8 text, or a Monero payment id. */
export type TagRule =
  | { readonly kind: 'number'; readonly maximum: number }
  | { readonly kind: 'text'; readonly maxBytes: number }
  | { readonly kind: 'payment-id' };

export type ReadAddress = {
  /** Canonical identity: equal for all spellings of one address, different for all other addresses of the network. */
  readonly key: string;
  /** The tag embedded in the address. */
  readonly tag?: string;
  /** Nobody can have a key for the address: funds sent there are lost. */
  readonly burn?: true;
};
