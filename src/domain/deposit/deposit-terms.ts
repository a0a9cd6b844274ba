/** The rules for crediting deposits of an asset on a network. */
import { type Destination, meaningOf } from '../address/destination.ts';
import type { Catalog } from '../catalog/catalog.ts';

export type DepositTerms = {
  readonly depositEnabled: boolean;
  /** Deposits below it are recorded but not credited. */
  readonly depositMinimum: bigint;
  readonly minConfirm: number;
  readonly unlockConfirm: number;
};

/**
 * If the asset is not (or no longer) on the network, deposits are open and need the highest number of confirmations
 * that any asset on the network requires.
 */
export function depositTermsOf({ assets }: Catalog, asset: string, network: string): DepositTerms {
  const own = assets.get(asset)?.networks.find((each) => each.network === network);
  if (own !== undefined) return own;
  const others = [...assets.values()]
    .flatMap((each) => each.networks)
    .filter((each) => each.network === network);
  return {
    depositEnabled: true,
    depositMinimum: 0n,
    minConfirm: Math.max(1, ...others.map((each) => each.minConfirm)),
    unlockConfirm: Math.max(1, ...others.map((each) => each.unlockConfirm)),
  };
}

export function isOnNetwork({ assets }: Catalog, asset: string, network: string): boolean {
  return assets.get(asset)?.networks.some((each) => each.network === network) ?? false;
}

/** The meaning of an address and a tag on a network, whatever their spelling. */
export function destinationOn(
  catalog: Pick<Catalog, 'networks'>,
  network: string,
  address: string,
  addressTag = '',
): Destination {
  const rules = catalog.networks.get(network);
  if (rules === undefined) return { key: address, tag: addressTag };
  return meaningOf(rules, rules.tag, address, addressTag);
}
