/** What keeps a withdrawal from being sent although it was accepted: it may have changed since. Money is not looked at. */
import type { WaitingReason } from '../../contract/withdrawal-stages.ts';
import { type Catalog, networkOf } from '../catalog/catalog.ts';

export type Obstacle = Exclude<WaitingReason, 'liquidity'>;

type Route = { readonly asset: string; readonly network: string };

/** @returns undefined when nothing does. */
export function obstacleOf(route: Route, accountEnabled: boolean, catalog: Catalog): Obstacle | undefined {
  if (!accountEnabled) return 'account-disabled';
  return isOpenForWithdrawals(route, catalog) ? undefined : 'network-closed';
}

/** False also when the asset, or its network, is no longer defined. */
export function isOpenForWithdrawals({ asset, network }: Route, { assets }: Catalog): boolean {
  const known = assets.get(asset);
  return known !== undefined && networkOf(known, network)?.withdrawEnabled === true;
}
