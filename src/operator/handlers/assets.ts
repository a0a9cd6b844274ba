import { unwrap } from '../../command/outcome.ts';
import { isRejection, reject } from '../../contract/errors.ts';
import type { AssetView } from '../../contract/operator/assets.ts';
import * as operations from '../../contract/operator/assets.ts';
import { viewAsset } from '../../domain/catalog/asset-change.ts';
import { type Catalog, networkNamed } from '../../domain/catalog/catalog.ts';
import { pickAddressRules } from '../../domain/catalog/network.ts';
import { implement } from '../handler.ts';
import { refuseSimulationOf } from './simulation.ts';
import { otherThanPath } from './subject.ts';

export const putAsset = implement(
  operations.putAsset,
  async ({ path, body: { asset = path.asset, reason: _, ...change } }, operator, parts) => {
    if (asset !== path.asset) return otherThanPath('asset', asset, path.asset);
    const refused = refuseSimulationOf(change.networks, parts);
    if (refused !== undefined) return refused;
    const outcome = unwrap(await parts.commands.submit('defineAsset', { operator, asset, change }));
    return isRejection(outcome) ? outcome : outcome.done;
  },
);

export const patchAsset = implement(
  operations.patchAsset,
  async ({ path, body: { asset = path.asset, reason: _, ...change } }, operator, parts) => {
    if (asset !== path.asset) return otherThanPath('asset', asset, path.asset);
    const refused = refuseSimulationOf(change.networks, parts);
    if (refused !== undefined) return refused;
    const outcome = unwrap(await parts.commands.submit('changeAsset', { operator, asset, change }));
    return isRejection(outcome) ? outcome : outcome.done;
  },
);

export const listAssets = implement(operations.listAssets, (_input, _operator, parts) => {
  const catalog = parts.catalog();
  // cast: all of them are in the catalog.
  return { assets: [...catalog.assets.keys()].map((code) => view(catalog, code)) as AssetView[] };
});

export const getAsset = implement(
  operations.getAsset,
  ({ path }, _operator, parts) =>
    view(parts.catalog(), path.asset) ?? reject('asset-unknown', { asset: path.asset }),
);

function view(catalog: Catalog, code: string): AssetView | undefined {
  const asset = catalog.assets.get(code);
  return asset && viewAsset(asset, (network) => pickAddressRules(networkNamed(catalog, network)));
}
