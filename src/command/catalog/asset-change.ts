/** Changes of an asset as operators write them, in decimal text: a complete definition, or single fields. */
import type { DefinitionProblem } from '../../contract/definition-problems.ts';
import { reject } from '../../contract/errors.ts';
import type { AssetView } from '../../contract/operator/assets.ts';
import {
  type AssetChange,
  createAsset,
  findOmitted,
  mergeAsset,
  replaceAsset,
} from '../../domain/catalog/asset-change.ts';
import type { Asset } from '../../domain/catalog/catalog.ts';
import type { Command } from '../../store/port.ts';
import { noAsset } from '../operator-rejections.ts';
import type { Operator } from '../unit-of-work.ts';
import {
  checkRemovals,
  type DefinitionError,
  invalidAsset,
  namesOf,
  removalLookups,
  storeAsset,
  viewOf,
} from './asset-put.ts';

export type AssetChanging = {
  readonly operator: Operator;
  readonly asset: string;
  readonly change: AssetChange;
};

/**
 * Defines an asset, which may be new. The change contains every field that is set; networks that it does not name are
 * removed. The reply is the asset as committed.
 */
export const defineAsset: Command<AssetChanging, AssetView, DefinitionError | 'definition-incomplete'> = {
  name: 'asset-define',
  changesLatest: true,
  prefetch: [
    ({ asset, change }, _rows, context) => removalLookups(asset, namesOf(change.networks ?? []), context),
  ],
  decide({ operator, asset: code, change }, rows, context) {
    const known = context.catalog.assets.get(code);
    const asset = checked(change, () =>
      known === undefined ? createAsset(code, change) : replaceAsset(known, change),
    );
    if ('problem' in asset) return invalidAsset(code, asset);
    if (known !== undefined) {
      const rejection = checkRemovals(known, asset, rows, context);
      if (rejection !== undefined) return rejection;
      const field = findOmitted(viewOf(known, context), change);
      if (field !== undefined) return reject('definition-incomplete', { kind: 'asset', code, field });
    }
    return storeAsset(asset, change.networks ?? [], operator, rows, context);
  },
};

/**
 * Changes the fields that are named; networks are changed, added or removed by name. The reply is the asset as
 * committed.
 */
export const changeAsset: Command<
  AssetChanging,
  AssetView,
  DefinitionError | 'asset-unknown' | 'change-empty'
> = {
  name: 'asset-change',
  changesLatest: true,
  prefetch: [
    ({ asset, change }, _rows, context) => {
      const removed = namesOf((change.networks ?? []).filter(({ remove }) => remove === true));
      const known = namesOf(context.catalog.assets.get(asset)?.networks ?? []);
      const kept = known.filter((network) => !removed.includes(network));
      return removalLookups(asset, kept, context);
    },
  ],
  decide({ operator, asset: code, change }, rows, context) {
    const known = context.catalog.assets.get(code);
    if (known === undefined) return noAsset(code);
    if (Object.values(change).every((value) => value === undefined)) return reject('change-empty');
    const asset = checked(change, () => mergeAsset(known, change));
    if ('problem' in asset) return invalidAsset(code, asset);
    return (
      checkRemovals(known, asset, rows, context) ??
      storeAsset(asset, change.networks ?? [], operator, rows, context)
    );
  },
};

/** @returns the changed asset, unless the change names a network twice. */
function checked(
  { networks = [] }: AssetChange,
  apply: () => Asset | DefinitionProblem,
): Asset | DefinitionProblem {
  const twice = namesOf(networks).find((name, index, names) => names.indexOf(name) !== index);
  return twice === undefined ? apply() : { problem: 'network-repeated', network: twice };
}
