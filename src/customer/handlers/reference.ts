import { formatFixed } from '../../contract/decimal.ts';
import { reject } from '../../contract/errors.ts';
import type { ReplyOf } from '../../contract/operation.ts';
import { assetDetail } from '../../contract/wapi/asset-detail.ts';
import { tradeFee } from '../../contract/wapi/trade-fee.ts';
import { type Asset, defaultNetworkOf } from '../../domain/catalog/catalog.ts';
import { exactNumber, exactNumberOfText } from '../exact-json.ts';
import { implement } from '../handler.ts';

export const tradeFeeHandler = implement(tradeFee, ({ symbol }, _caller, { catalog }) => {
  const { symbols } = catalog();
  if (symbol !== undefined && !symbols.has(symbol)) return reject('symbol-unknown');
  const wanted = [...symbols.values()].filter((each) => symbol === undefined || each.symbol === symbol);
  return {
    tradeFee: wanted.map(({ symbol: name, maker, taker }) => ({
      symbol: name,
      maker: exactNumberOfText(maker),
      taker: exactNumberOfText(taker),
    })),
    success: true,
  };
});

export const assetDetailHandler = implement(assetDetail, (_values, _caller, { catalog }) => ({
  success: true,
  assetDetail: Object.fromEntries(
    [...catalog().assets.values()].map((asset) => [asset.asset, renderAsset(asset)]),
  ),
}));

/**
 * spec: minWithdrawAmount is a string, withdrawFee a number; depositTip is present only while deposits are disabled.
 */
function renderAsset(asset: Asset): ReplyOf<typeof assetDetail>['assetDetail'][string] {
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
