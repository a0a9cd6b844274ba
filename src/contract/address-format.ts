/**
 * The address families of networks. A family defines the syntax of addresses, tags and transaction ids; several
 * networks may share one (every EVM chain is `evm`). `beacon` is BNB Beacon Chain (`bnb1…`), `pattern` is a regular
 * expression of the operator, and `opaque` accepts any printable text as an address and as a tag.
 */
export const addressFormats = [
  'bitcoin',
  'litecoin',
  'dogecoin',
  'bitcoin-cash',
  'zcash',
  'evm',
  'tron',
  'ripple',
  'stellar',
  'monero',
  'cardano',
  'solana',
  'ton',
  'cosmos',
  'substrate',
  'beacon',
  'pattern',
  'opaque',
] as const;

/**
 * Bounds of tag rules. Accounts on a network may share one address and differ only in the tag, so a rule must allow at
 * least a million tags. Byte lengths refer to UTF-8.
 */
export const tagBounds = { minMaximum: 999_999, minBytes: 6, maxBytes: 256 } as const;

export type AddressFormat = (typeof addressFormats)[number];

/** The parameters by which networks of one family differ. */
export const addressParameters = [
  'addressHrp',
  'addressVersions',
  'addressPrefix',
  'addressPattern',
] as const;

export type AddressParameter = (typeof addressParameters)[number];
