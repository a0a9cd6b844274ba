/** Address formats of well-known networks, by network name. Other names have no default format. */
import type { AddressFormat } from '../../contract/address-format.ts';

const formatOfNetwork: Readonly<Record<string, AddressFormat>> = {
  BTC: 'bitcoin',
  LTC: 'litecoin',
  DOGE: 'dogecoin',
  BCH: 'bitcoin-cash',
  ZEC: 'zcash',
  ETH: 'evm',
  ETC: 'evm',
  BSC: 'evm',
  MATIC: 'evm',
  ARBITRUM: 'evm',
  OPTIMISM: 'evm',
  BASE: 'evm',
  AVAXC: 'evm',
  FTM: 'evm',
  TRX: 'tron',
  XRP: 'ripple',
  XLM: 'stellar',
  XMR: 'monero',
  ADA: 'cardano',
  SOL: 'solana',
  TON: 'ton',
  BNB: 'beacon',
};

export function addressFormatOfNetwork(network: string): AddressFormat | undefined {
  return Object.hasOwn(formatOfNetwork, network) ? formatOfNetwork[network] : undefined;
}
