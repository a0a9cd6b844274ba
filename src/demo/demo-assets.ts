/**
 * Assets, prices and symbols of the demo world. Amounts are decimal text. Few confirmations are needed, so that with
 * one block per second changes are visible quickly.
 */
import { parseDecimal, unitsOf } from '../contract/decimal.ts';
import type { Asset, AssetNetwork, TradingSymbol } from '../domain/catalog/catalog.ts';
import { createNetwork, type Network, type NetworkChange } from '../domain/catalog/network.ts';

const scale = 8;

export function demoUnits(text: string): bigint {
  const decimal = parseDecimal(text);
  const units = decimal && unitsOf(decimal, scale);
  if (units === null) throw new Error(`'${text}' is not a valid demo amount`);
  return units;
}

function defined(code: string, change: NetworkChange = {}): Network {
  const network = createNetwork(code, change);
  if ('problem' in network) throw new Error(`the demo world's network ${code}: ${network.problem}`);
  return network;
}

/** Addresses on ETH and BSC are shared. */
export const demoNetworks: readonly Network[] = [
  defined('BTC', { name: 'Bitcoin' }),
  defined('ETH', { name: 'Ethereum (ERC20)' }),
  defined('BNB', { name: 'BNB Beacon Chain (BEP2)' }),
  defined('TRX', { name: 'Tron (TRC20)' }),
  defined('XRP', { name: 'XRP Ledger' }),
  defined('XMR', { name: 'Monero' }),
  defined('LTC', { name: 'Litecoin' }),
  defined('ADA', { name: 'Cardano' }),
  defined('BSC', { name: 'BNB Smart Chain (BEP20)', addressGroup: 'ETH' }),
  defined('SKY', { name: 'Skycoin', addressFormat: 'opaque' }),
];

type Way = {
  readonly fee: string;
  readonly minimum: string;
  readonly multiple?: string;
  /** minConfirm and unlockConfirm. */
  readonly confirmations: readonly [number, number];
  /** If set, deposits are suspended and show this tip. */
  readonly depositTip?: string;
};

function network(name: string, way: Way): AssetNetwork {
  return {
    network: name,
    depositEnabled: way.depositTip === undefined,
    withdrawEnabled: true,
    depositTip: way.depositTip,
    depositMinimum: 0n,
    withdrawFee: demoUnits(way.fee),
    withdrawMinimum: demoUnits(way.minimum),
    withdrawMultiple: demoUnits(way.multiple ?? '0.00000001'),
    minConfirm: way.confirmations[0],
    unlockConfirm: way.confirmations[1],
  };
}

type Limits = { readonly maximumPerDay?: string; readonly autoApproval?: string };

function asset(code: string, name: string, networks: readonly AssetNetwork[], limits: Limits = {}): Asset {
  return {
    asset: code,
    name,
    scale,
    networks,
    withdrawMaximumPerDay: limits.maximumPerDay === undefined ? null : demoUnits(limits.maximumPerDay),
    autoApprovalLimit: limits.autoApproval === undefined ? null : demoUnits(limits.autoApproval),
  };
}

const micro = '0.000001';

/** spec: fees of ETH and XMR as in the withdrawal history; CTR and SKY as in the asset details. */
export const demoAssets: readonly Asset[] = [
  asset('BTC', 'Bitcoin', [network('BTC', { fee: '0.0005', minimum: '0.001', confirmations: [1, 2] })], {
    autoApproval: '2',
  }),
  asset('ETH', 'Ethereum', [network('ETH', { fee: '0.01', minimum: '0.02', confirmations: [2, 4] })]),
  asset('BNB', 'BNB', [
    network('BSC', { fee: '0.001', minimum: '0.01', confirmations: [2, 4] }),
    network('BNB', { fee: '0.001', minimum: '0.01', confirmations: [1, 2] }),
  ]),
  asset('USDT', 'Tether', [
    network('ETH', { fee: '3', minimum: '6', multiple: micro, confirmations: [2, 4] }),
    network('BSC', { fee: '0.5', minimum: '5', confirmations: [2, 4] }),
    network('TRX', { fee: '1', minimum: '5', multiple: micro, confirmations: [1, 3] }),
  ]),
  asset('XRP', 'Ripple', [
    network('XRP', { fee: '0.25', minimum: '20', multiple: micro, confirmations: [1, 2] }),
  ]),
  asset('XMR', 'Monero', [network('XMR', { fee: '0.0001', minimum: '0.01', confirmations: [3, 6] })]),
  asset('LTC', 'Litecoin', [network('LTC', { fee: '0.001', minimum: '0.002', confirmations: [2, 4] })]),
  asset('ADA', 'Cardano', [
    network('ADA', { fee: '1', minimum: '2', multiple: micro, confirmations: [2, 4] }),
  ]),
  asset('TRX', 'TRON', [network('TRX', { fee: '1', minimum: '2', multiple: micro, confirmations: [1, 3] })]),
  asset('CTR', 'Centra', [
    network('ETH', {
      fee: '35',
      minimum: '70',
      confirmations: [2, 4],
      depositTip: 'Delisted, Deposit Suspended',
    }),
  ]),
  asset('SKY', 'Skycoin', [network('SKY', { fee: '0.01', minimum: '0.02', confirmations: [1, 2] })], {
    maximumPerDay: '100',
  }),
  asset('BHFT', 'BHFT', [network('ETH', { fee: '5', minimum: '10', confirmations: [2, 4] })]),
];

/** In USDT. */
export const demoPrices: Readonly<Record<string, string>> = {
  BTC: '60000',
  ETH: '3000',
  BNB: '600',
  USDT: '1',
  XRP: '0.5',
  XMR: '150',
  LTC: '80',
  ADA: '0.4',
  TRX: '0.12',
  CTR: '0.01',
  SKY: '0.8',
  BHFT: '0.05',
};

const pairs = [
  ['ADA', 'BNB'],
  ['BNB', 'BTC'],
  ['BNB', 'USDT'],
  ['BTC', 'USDT'],
  ['ETH', 'BTC'],
  ['ETH', 'USDT'],
  ['LTC', 'BTC'],
  ['XRP', 'BTC'],
] as const;

export const demoSymbols: readonly TradingSymbol[] = pairs.map(([baseAsset, quoteAsset]) => ({
  symbol: `${baseAsset}${quoteAsset}`,
  baseAsset,
  quoteAsset,
  maker: '0.001',
  taker: '0.001',
}));
