import { unwrap } from '../../command/outcome.ts';
import type { Operator } from '../../command/unit-of-work.ts';
import { isRejection, reject } from '../../contract/errors.ts';
import type { AssetView } from '../../contract/operator/assets.ts';
import * as operations from '../../contract/operator/assets.ts';
import type { OperatorRejection } from '../../contract/operator-errors.ts';
import type { OperatorInput } from '../../contract/operator-operation.ts';
import { viewAsset } from '../../domain/catalog/asset-change.ts';
import { type Catalog, networkNamed } from '../../domain/catalog/catalog.ts';
import { pickAddressRules } from '../../domain/catalog/network.ts';
import { implement, type OperatorParts } from '../handler.ts';
import { otherThanPath } from './subject.ts';

type Input = OperatorInput<typeof operations.putAsset> | OperatorInput<typeof operations.patchAsset>;

export const putAsset = implement(operations.putAsset, (input, operator, parts) =>
  change('put', input, operator, parts),
);

export const patchAsset = implement(operations.patchAsset, (input, operator, parts) =>
  change('patch', input, operator, parts),
);

export const listAssets = implement(operations.listAssets, (_input, _operator, parts) => {
  const catalog = parts.catalog();
  return { assets: [...catalog.assets.keys()].map((code) => view(catalog, code)) as AssetView[] };
});

export const getAsset = implement(
  operations.getAsset,
  ({ path }, _operator, parts) =>
    view(parts.catalog(), path.asset) ?? reject('asset-unknown', { asset: path.asset }),
);

async function change(
  mode: 'put' | 'patch',
  { path, body: { asset = path.asset, reason: _, ...fields } }: Input,
  operator: Operator,
  { commands }: OperatorParts,
): Promise<AssetView | OperatorRejection> {
  if (asset !== path.asset) return otherThanPath('asset', asset, path.asset);
  const outcome = unwrap(await commands.submit('changeAsset', { operator, asset, mode, change: fields }));
  return isRejection(outcome) ? outcome : outcome.done;
}

function view(catalog: Catalog, code: string): AssetView | undefined {
  const asset = catalog.assets.get(code);
  return asset && viewAsset(asset, (network) => pickAddressRules(networkNamed(catalog, network)));
}
