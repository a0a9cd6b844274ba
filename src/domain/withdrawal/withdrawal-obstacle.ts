/** Reasons why an accepted withdrawal cannot be sent now, because conditions have changed. Balances are not checked. */
import type { WaitingReason } from '../../contract/withdrawal-stages.ts';
import { type Catalog, networkOf } from '../catalog/catalog.ts';

export type Obstacle = Exclude<WaitingReason, 'liquidity' | 'own-address'>;

type Route = { readonly asset: string; readonly network: string };

/** @returns undefined if the withdrawal can be sent. */
export function obstacleOf(route: Route, accountEnabled: boolean, catalog: Catalog): Obstacle | undefined {
  if (!accountEnabled) return 'account-disabled';
  return isOpenForWithdrawals(route, catalog) ? undefined : 'network-closed';
}

/** Also false if the asset or its network is no longer defined. */
export function isOpenForWithdrawals({ asset, network }: Route, { assets }: Catalog): boolean {
  const known = assets.get(asset);
  return known !== undefined && networkOf(known, network)?.withdrawEnabled === true;
}

/** Also false if the asset or its network is no longer defined. */
export function isOpenForDeposits({ asset, network }: Route, { assets }: Catalog): boolean {
  const known = assets.get(asset);
  return known !== undefined && networkOf(known, network)?.depositEnabled === true;
}
