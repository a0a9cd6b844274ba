/**
 * Reference data: assets with their networks, prices, symbols and settings. It is small, read as a whole, kept in
 * memory, and changed only by operators.
 */
import { type ApprovalPolicy, noPolicy } from '../../contract/approval-terms.ts';
import { type Decimal, parseDecimal } from '../../contract/decimal.ts';
import { type BoundedRules, boundedRules } from './bounded-rules.ts';
import type { ConnectorKind, Network } from './network.ts';

/** A network on which the asset can be deposited and withdrawn. Amounts are units of the asset. */
export type AssetNetwork = {
  readonly network: string;
  readonly depositEnabled: boolean;
  readonly withdrawEnabled: boolean;
  /** Shown while deposits are suspended. */
  readonly depositTip?: string | undefined;
  /** Deposits below it are recorded but not credited. */
  readonly depositMinimum: bigint;
  readonly withdrawFee: bigint;
  /** Minimum gross amount. */
  readonly withdrawMinimum: bigint;
  /** The gross amount must be a multiple of it. */
  readonly withdrawMultiple: bigint;
  /** Confirmations after which a deposit is credited and a withdrawal is completed. */
  readonly minConfirm: number;
  /** Confirmations after which a deposit can be withdrawn. */
  readonly unlockConfirm: number;
};

export type Asset = {
  readonly asset: string;
  readonly name: string;
  /** Decimals, 0 … 18. */
  readonly scale: number;
  /** The first is the default. */
  readonly networks: readonly AssetNetwork[];
  /** Gross amount per account in 24 hours; null: no limit. */
  readonly withdrawMaximumPerDay: bigint | null;
  /** Larger withdrawals wait for an operator's approval; null: none do. */
  readonly autoApprovalLimit: bigint | null;
};

/** Fees are fractions (0.001 is 0.1 %), canonical decimal text. */
export type TradingSymbol = {
  readonly symbol: string;
  readonly baseAsset: string;
  readonly quoteAsset: string;
  readonly maker: string;
  readonly taker: string;
};

export type SystemStatus = { readonly status: 0 | 1; readonly msg: string };

export type Settings = {
  readonly systemStatus: SystemStatus;
  /** Maximum value of one asset's dust, in BTC; null: no limit. */
  readonly dustLimitBtc: string | null;
  /** Minimum number of hours between two dust conversions of an account; 0: no minimum. */
  readonly dustIntervalHours: number;
  /** Hours after which a new whitelisted address counts as whitelisted; 0: at once. */
  readonly whitelistDelayHours: number;
  /** With fewer imported addresses left for customers, operators are warned. */
  readonly addressPoolMinimum: number;
};

export const defaultSettings: Settings = {
  systemStatus: { status: 0, msg: 'normal' },
  dustLimitBtc: '0.001',
  dustIntervalHours: 0,
  whitelistDelayHours: 24,
  addressPoolMinimum: 100,
};

export type Catalog = {
  readonly assets: ReadonlyMap<string, Asset>;
  /** Contains every network that an asset names. */
  readonly networks: ReadonlyMap<string, Network>;
  /** The kind of connector of each network. */
  readonly connectors: ReadonlyMap<string, ConnectorKind>;
  /** Value of one asset in the reference currency, canonical decimal text. */
  readonly prices: ReadonlyMap<string, string>;
  readonly symbols: ReadonlyMap<string, TradingSymbol>;
  readonly settings: Settings;
  /** The policy in force. */
  readonly approvalPolicy: ApprovalPolicy;
  /** Its rules. */
  readonly boundedRules: BoundedRules;
};

/** Name of the setting that holds the approval policy. An operation of its own changes it. */
export const approvalPolicySetting = 'approvalPolicy';

/** During maintenance, operations of customers are rejected and nothing is sent; sent withdrawals are settled. */
export function isInMaintenance({ settings }: Pick<Catalog, 'settings'>): boolean {
  return settings.systemStatus.status === 1;
}

/** The asset's network of that name; its default network if no name is given. */
export function networkOf(asset: Asset, name: string | undefined): AssetNetwork | undefined {
  return name === undefined ? asset.networks[0] : asset.networks.find((network) => network.network === name);
}

/**
 * The asset of stored rows: assets are never removed.
 * @throws Error if the asset is not defined.
 */
export function assetOf({ assets }: Pick<Catalog, 'assets'>, code: string): Asset {
  const asset = assets.get(code);
  if (asset === undefined) throw new Error(`asset ${code} is not defined`);
  return asset;
}

/**
 * The number of decimals of an asset.
 * @throws Error if the asset is not defined.
 */
export function scaleOf(catalog: Pick<Catalog, 'assets'>, code: string): number {
  return assetOf(catalog, code).scale;
}

/** The price of an asset in the reference currency; null if it has none. */
export function priceOf({ prices }: Pick<Catalog, 'prices'>, code: string): Decimal | null {
  const price = prices.get(code);
  return price === undefined ? null : parseDecimal(price);
}

/**
 * The terms of an asset on a network from which it cannot be removed at present, such as that of an open withdrawal.
 * @throws Error if the asset is not defined on the network.
 */
export function assetNetworkOf(
  catalog: Pick<Catalog, 'assets'>,
  code: string,
  network: string,
): AssetNetwork {
  const found = networkOf(assetOf(catalog, code), network);
  if (found === undefined) throw new Error(`asset ${code} is not defined on ${network}`);
  return found;
}

/**
 * The default network of an asset, which has at least one network.
 * @throws Error if it has none.
 */
export function defaultNetworkOf({ asset, networks: [first] }: Asset): AssetNetwork {
  if (first === undefined) throw new Error(`asset ${asset} has no network`);
  return first;
}

/**
 * The rules of a network that an asset names.
 * @throws Error if there is no such network.
 */
export function networkNamed({ networks }: Pick<Catalog, 'networks'>, code: string): Network {
  const network = networks.get(code);
  if (network === undefined) throw new Error(`network ${code} is not defined`);
  return network;
}

export type NetworkAmount = 'withdrawFee' | 'withdrawMinimum' | 'withdrawMultiple' | 'depositMinimum';

/** The stored form of an asset: JSON with amounts as canonical text of units. */
export type StoredAsset = Omit<Asset, 'networks' | 'withdrawMaximumPerDay' | 'autoApprovalLimit'> & {
  readonly networks: readonly (Omit<AssetNetwork, NetworkAmount> & Readonly<Record<NetworkAmount, string>>)[];
  readonly withdrawMaximumPerDay: string | null;
  readonly autoApprovalLimit: string | null;
};

export function storedAsset(asset: Asset): StoredAsset {
  return {
    ...asset,
    networks: asset.networks.map((network) => ({
      ...network,
      withdrawFee: network.withdrawFee.toString(),
      withdrawMinimum: network.withdrawMinimum.toString(),
      withdrawMultiple: network.withdrawMultiple.toString(),
      depositMinimum: network.depositMinimum.toString(),
    })),
    withdrawMaximumPerDay: asset.withdrawMaximumPerDay?.toString() ?? null,
    autoApprovalLimit: asset.autoApprovalLimit?.toString() ?? null,
  };
}

export function assetOfStored(stored: StoredAsset): Asset {
  return {
    ...stored,
    networks: stored.networks.map((network) => ({
      ...network,
      withdrawFee: BigInt(network.withdrawFee),
      withdrawMinimum: BigInt(network.withdrawMinimum),
      withdrawMultiple: BigInt(network.withdrawMultiple),
      depositMinimum: BigInt(network.depositMinimum),
    })),
    withdrawMaximumPerDay:
      stored.withdrawMaximumPerDay === null ? null : BigInt(stored.withdrawMaximumPerDay),
    autoApprovalLimit: stored.autoApprovalLimit === null ? null : BigInt(stored.autoApprovalLimit),
  };
}

type CatalogRows = {
  readonly assets: readonly { readonly definition: StoredAsset }[];
  readonly networks: readonly { readonly definition: Network; readonly connector: ConnectorKind }[];
  readonly prices: readonly { readonly asset: string; readonly price: string }[];
  readonly symbols: readonly { readonly definition: TradingSymbol }[];
  readonly settings: readonly { readonly name: string; readonly value: unknown }[];
};

/** Builds the catalog from its stored rows, with assets and symbols in alphabetical order. */
export function catalogOf(rows: CatalogRows): Catalog {
  const assets = rows.assets.map((row) => assetOfStored(row.definition));
  const networks = rows.networks.map((row) => row.definition);
  const symbols = rows.symbols.map((row) => row.definition);
  const policy = rows.settings.find(({ name }) => name === approvalPolicySetting)?.value ?? noPolicy;
  // cast: only the command of the policy writes the setting.
  const approvalPolicy = policy as ApprovalPolicy;
  return {
    assets: new Map(assets.map((asset) => [asset.asset, asset])),
    networks: new Map(networks.map((network) => [network.network, network])),
    connectors: new Map(rows.networks.map(({ definition, connector }) => [definition.network, connector])),
    prices: new Map(rows.prices.map((row) => [row.asset, row.price])),
    symbols: new Map(symbols.map((symbol) => [symbol.symbol, symbol])),
    settings: {
      ...defaultSettings,
      ...Object.fromEntries(
        rows.settings.filter(({ name }) => name in defaultSettings).map((row) => [row.name, row.value]),
      ),
    },
    approvalPolicy,
    boundedRules: boundedRules(approvalPolicy),
  };
}
