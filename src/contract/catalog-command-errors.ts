/** The errors with which commands of operators about assets, networks, symbols and settings reject. */
import type { NoDetails } from './command-errors.ts';
import type { DefinitionProblem } from './definition-problems.ts';

/** The number of records of each kind that depend on the rules of a network, counted up to `countedUpTo`. */
export type NetworkUse = {
  readonly withdrawals: number;
  readonly deposits: number;
  readonly addresses: number;
  readonly countedUpTo: number;
};

export type CatalogCommandErrors = {
  /** No account has a balance of the asset. */
  readonly 'asset-not-held': { readonly asset: string };
  readonly 'price-not-positive': NoDetails;
  readonly 'asset-invalid': { readonly asset: string; readonly problem: DefinitionProblem };
  /** The scale of an asset never changes; it has `scale`. */
  readonly 'asset-scale-fixed': { readonly asset: string; readonly scale: number };
  /** The definition of an asset sets a rule of a network, which is `value` for all assets. */
  readonly 'network-rule-fixed': { readonly network: string; readonly rule: string; readonly value: unknown };
  readonly 'network-invalid': { readonly network: string; readonly problem: DefinitionProblem };
  /** The rules of the network differ from those of `network`, which is in the same address group. */
  readonly 'group-rules-differ': { readonly network: string; readonly addressGroup: string };
  /** The connector of the network differs from that of `network`, which is in the same address group. */
  readonly 'group-connectors-differ': { readonly network: string; readonly addressGroup: string };
  /** The explorer of that network has the same domain. */
  readonly 'explorer-shared': { readonly network: string; readonly domain: string };
  /** The address rules of a network in use cannot change. */
  readonly 'network-in-use': { readonly network: string; readonly use: NetworkUse };
  /** A network cannot be removed from an asset that uses it. */
  readonly 'asset-network-in-use': {
    readonly asset: string;
    readonly network: string;
    readonly use: NetworkUse;
  };
  /** A complete definition does not name a field that is set. */
  readonly 'definition-incomplete': {
    readonly kind: 'asset' | 'network';
    readonly code: string;
    readonly field: string;
  };
  readonly 'symbol-malformed': { readonly symbol: string };
  /** Base and quote asset are the same. */
  readonly 'symbol-assets-equal': { readonly symbol: string };
  /** A fee is not a decimal of zero or more. */
  readonly 'symbol-fees-invalid': { readonly symbol: string };
  readonly 'system-status-unknown': NoDetails;
  /** Not a decimal greater than zero. */
  readonly 'dust-limit-invalid': NoDetails;
  /** addressPoolMinimum is not an integer of zero or more. */
  readonly 'pool-minimum-invalid': NoDetails;
  /** The setting is not an integer from 0 to `maximum` hours. */
  readonly 'interval-invalid': { readonly setting: string; readonly maximum: number };
};
