/**
 * The address families of networks. A family says how addresses, tags and transaction ids are spelled; many networks
 * may share one (every EVM chain is `evm`). `beacon` is BNB Beacon Chain (`bnb1…`), `pattern` the operator's own regular
 * expression, `opaque` a network whose rules nobody declared: any printable text is an address and a tag.
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
 * Bounds of tag rules. Accounts of a network may share one address and differ by the tag alone, so a rule has room for
 * a million accounts at least. Bytes are of UTF-8.
 */
export const tagBounds = { minMaximum: 999_999, minBytes: 6, maxBytes: 256 } as const;

export type AddressFormat = (typeof addressFormats)[number];
