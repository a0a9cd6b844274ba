/** The rules for converting the dust of one asset. */
import { type Decimal, parseDecimal } from '../../contract/decimal.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import { type Asset, type Catalog, priceOf } from '../../domain/catalog/catalog.ts';
import { convertDust, exceedsDustLimit } from '../../domain/dust.ts';

/** The asset into which dust is converted. */
export const dustTarget = 'BNB';

/** The amount is in units of the asset; gross amount and charge are in units of BNB. */
export type DustLine = {
  readonly asset: string;
  readonly amountUnits: bigint;
  readonly grossUnits: bigint;
  readonly feeUnits: bigint;
};

export type DustLineError = 'dust-asset-refused' | 'dust-asset-missing' | 'dust-too-large' | 'dust-too-small';

/** The result of converting the free balance of an asset, or the reason why it cannot be converted. */
export function priceDust(
  code: string,
  amountUnits: bigint,
  catalog: Catalog,
): DustLine | Rejection<DustLineError> {
  if (code === dustTarget) return reject('dust-asset-refused', { asset: code });
  const asset = catalog.assets.get(code);
  if (asset === undefined || amountUnits === 0n) return reject('dust-asset-missing', { asset: code });
  const targetAsset = catalog.assets.get(dustTarget);
  const price = priceOf(catalog, code);
  const targetPrice = priceOf(catalog, dustTarget);
  if (targetAsset === undefined || price === null || targetPrice === null) {
    return reject('dust-asset-refused', { asset: code });
  }
  const dust = { amountUnits, assetScale: asset.scale, price };
  const rejection = checkLimit(asset, dust, catalog);
  if (rejection !== undefined) return rejection;
  const converted = convertDust({ ...dust, targetPrice, targetScale: targetAsset.scale });
  if (converted.netUnits === 0n) return reject('dust-too-small', { asset: code });
  return { asset: code, amountUnits, grossUnits: converted.grossUnits, feeUnits: converted.feeUnits };
}

function checkLimit(
  { asset }: Asset,
  dust: { amountUnits: bigint; assetScale: number; price: Decimal },
  catalog: Catalog,
): Rejection<DustLineError> | undefined {
  const { dustLimitBtc } = catalog.settings;
  if (dustLimitBtc === null) return undefined;
  const btcPrice = priceOf(catalog, 'BTC');
  const limit = parseDecimal(dustLimitBtc);
  if (btcPrice === null || limit === null) return reject('dust-asset-refused', { asset });
  return exceedsDustLimit({ ...dust, btcPrice, limit })
    ? reject('dust-too-large', { asset, limit: dustLimitBtc })
    : undefined;
}
