import type { assetDetailFields } from '../contract/asset-detail-fields.ts';
import { formatFixed } from '../contract/decimal.ts';
import type { Static } from '../contract/schema.ts';
import { type Asset, defaultNetworkOf } from '../domain/catalog/catalog.ts';
import { exactNumber } from './exact-json.ts';

/**
 * spec: minWithdrawAmount is a string, withdrawFee a number; depositTip is present only while deposits are disabled.
 */
export function viewAssetDetail(asset: Asset): Static<typeof assetDetailFields> {
  const { networks, scale } = asset;
  const { withdrawMinimum, withdrawFee } = defaultNetworkOf(asset);
  const depositStatus = networks.some((each) => each.depositEnabled);
  const tip = networks.find((each) => each.depositTip !== undefined)?.depositTip;
  return {
    minWithdrawAmount: formatFixed(withdrawMinimum, scale, 8),
    depositStatus,
    withdrawFee: exactNumber(withdrawFee, scale),
    withdrawStatus: networks.some((each) => each.withdrawEnabled),
    ...(!depositStatus && tip !== undefined && { depositTip: tip }),
  };
}
