import { sapiAssetDetail } from '../../../../contract/sapi/asset/asset-detail.ts';
import { viewAssetDetail } from '../../../asset-detail-view.ts';
import { implement } from '../../../handler.ts';

export const sapiAssetDetailHandler = implement(sapiAssetDetail, (values, _caller, { catalog }) =>
  Object.fromEntries(
    [...catalog().assets.values()]
      .filter(({ asset }) => values.asset === undefined || values.asset === asset)
      .map((asset) => [asset.asset, viewAssetDetail(asset)]),
  ),
);
