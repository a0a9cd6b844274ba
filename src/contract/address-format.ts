/**
 * The address formats that networks use. A format says how an address, its tag and a transaction id are
 * spelled; many networks may share one (every EVM chain is `evm`). `beacon` is BNB Beacon Chain (`bnb1…`),
 * `opaque` a network whose rules Bursar does not know: any printable text is an address and a tag.
 */
export const addressFormats = [
  'bitcoin',
  'litecoin',
  'evm',
  'tron',
  'ripple',
  'monero',
  'cardano',
  'beacon',
  'opaque',
] as const;

export type AddressFormat = (typeof addressFormats)[number];
