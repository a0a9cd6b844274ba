import type { OperationCall } from '../operation-call.ts';
import { ether } from '../operator-client.ts';

const symbol = { baseAsset: 'ETH', quoteAsset: 'BTC', maker: '0.001', taker: '0.0010' };

/** The assets, networks, prices and symbols. */
export const catalogCalls: readonly OperationCall[] = [
  { id: 'putAsset', action: 'asset-put', request: () => ({ path: '/assets/ETH', body: ether }) },
  {
    id: 'putAsset',
    action: 'asset-put',
    request: () => ({ path: '/assets/BTC', body: { networks: [{ network: 'BTC' }] } }),
  },
  {
    id: 'patchAsset',
    action: 'asset-put',
    request: () => ({
      path: '/assets/BTC',
      body: { networks: [{ network: 'BTC', depositMinimum: '.001' }] },
    }),
  },
  { id: 'getAsset', request: () => ({ path: '/assets/BTC' }) },
  { id: 'getAssetBooks', request: () => ({ path: '/assets/BTC/books' }) },
  { id: 'listAssets', request: () => ({ path: '/assets' }) },
  {
    id: 'putNetwork',
    action: 'network-put',
    request: () => ({ path: '/networks/BSC', body: { addressGroup: 'ETH' } }),
  },
  {
    id: 'patchNetwork',
    action: 'network-put',
    request: () => ({ path: '/networks/BSC', body: { addressGroup: 'BSC' } }),
  },
  { id: 'getNetwork', request: () => ({ path: '/networks/BSC' }) },
  { id: 'listNetworks', request: () => ({ path: '/networks' }) },
  {
    id: 'putPrice',
    action: 'price-put',
    request: () => ({ path: '/prices/ETH', body: { price: '2500.5' } }),
  },
  { id: 'listPrices', request: () => ({ path: '/prices' }) },
  { id: 'putSymbol', action: 'symbol-put', request: () => ({ path: '/symbols/ETHBTC', body: symbol }) },
  { id: 'listSymbols', request: () => ({ path: '/symbols' }) },
];
