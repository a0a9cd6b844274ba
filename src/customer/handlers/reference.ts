import { isRejection } from '../../contract/errors.ts';
import { assetDetail } from '../../contract/wapi/asset-detail.ts';
import { tradeFee } from '../../contract/wapi/trade-fee.ts';
import { viewAssetDetail } from '../asset-detail-view.ts';
import { exactNumberOfText } from '../exact-json.ts';
import { implement } from '../handler.ts';
import { symbolsNamed } from '../symbols-named.ts';

export const tradeFeeHandler = implement(tradeFee, ({ symbol }, _caller, { catalog }) => {
  const symbols = symbolsNamed(symbol, catalog());
  if (isRejection(symbols)) return symbols;
  return {
    tradeFee: symbols.map(({ symbol: name, maker, taker }) => ({
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
    [...catalog().assets.values()].map((asset) => [asset.asset, viewAssetDetail(asset)]),
  ),
}));
