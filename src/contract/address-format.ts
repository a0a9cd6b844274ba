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

export type AddressFormat = (typeof addressFormats)[number];
