/** What a network says about its addresses and tags, and what reading an address gives. */
import type { AddressFormat } from '../../contract/address-format.ts';

/** The family of a network's addresses and its parameters. */
export type AddressRules = {
  readonly addressFormat: AddressFormat;
  /** Human-readable part of Bech32, or prefix of cashaddr. */
  readonly addressHrp?: string | undefined;
  /**
   * Version numbers of Base58Check: that of a public key hash, then every one of a script hash. A number above 255 is
   * two bytes.
   */
  readonly addressVersions?: readonly number[] | undefined;
  /** SS58 prefix, 0 … 16383. */
  readonly addressPrefix?: number | undefined;
  /** Regular expression of RE2's syntax, which the whole address matches. */
  readonly addressPattern?: string | undefined;
};

export type AddressParameter = Exclude<keyof AddressRules, 'addressFormat'>;

/** What a tag of the network looks like: a whole number from 0, UTF-8 text, or the payment id of Monero. */
export type TagRule =
  | { readonly kind: 'number'; readonly maximum: number }
  | { readonly kind: 'text'; readonly maxBytes: number }
  | { readonly kind: 'payment-id' };

export type ReadAddress = {
  /** What the address means: equal for every spelling of it, different for any other address of the network. */
  readonly key: string;
  /** The tag that the address carries inside. */
  readonly tag?: string;
  /** Nobody can hold a key for it: what is sent there is lost. */
  readonly burn?: true;
};
