/**
 * Conversion of dust into the target asset (BNB).
 *
 * Guarantees: exact rational arithmetic with a single rounding each for the gross and the fee, half up at the scale of
 * the target; net + fee = gross, none of them negative. The resulting amounts are units of the target asset.
 *
 * spec: the samples charge 2 % of the gross (0.25 → 0.005, 0.774 → 0.01548, 0.02727099 → 0.00054542).
 */
import { type Decimal, divideHalfUp, pow10 } from '../contract/decimal.ts';

/** One converted asset as it is stored: units as text. */
export type StoredDustLine = {
  readonly asset: string;
  readonly amount: string;
  readonly gross: string;
  readonly fee: string;
};

type DustAmount = { amountUnits: bigint; assetScale: number; price: Decimal };

/** The charge, as a percentage of the gross amount. */
export const dustFeePercent = 2n;

export function convertDust(dust: DustAmount & { targetPrice: Decimal; targetScale: number }): {
  grossUnits: bigint;
  feeUnits: bigint;
  netUnits: bigint;
} {
  const { numerator, denominator } = worthIn(dust, dust.targetPrice);
  const grossUnits = divideHalfUp(numerator * pow10(dust.targetScale), denominator);
  const feeUnits = divideHalfUp(grossUnits * dustFeePercent, 100n);
  return { grossUnits, feeUnits, netUnits: grossUnits - feeUnits };
}

/** Whether the amount is worth more BTC than the limit; exactly the limit is still dust. */
export function exceedsDustLimit(dust: DustAmount & { btcPrice: Decimal; limit: Decimal }): boolean {
  const { numerator, denominator } = worthIn(dust, dust.btcPrice);
  return numerator * pow10(dust.limit.scale) > dust.limit.coefficient * denominator;
}

/** The exact value as a fraction, in whole units of the asset whose price is `unitPrice`. */
function worthIn({ amountUnits, assetScale, price }: DustAmount, unitPrice: Decimal) {
  if (amountUnits < 0n) throw new RangeError('an amount of dust must not be negative');
  if (price.coefficient < 0n) throw new RangeError('the price of dust must not be negative');
  if (unitPrice.coefficient <= 0n)
    throw new RangeError('the price of the unit asset must be greater than zero');
  return {
    numerator: amountUnits * price.coefficient * pow10(unitPrice.scale),
    denominator: unitPrice.coefficient * pow10(price.scale) * pow10(assetScale),
  };
}
