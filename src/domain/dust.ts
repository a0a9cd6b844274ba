/**
 * Conversion of dust assets to the target asset (BNB).
 *
 * Promises: exact rational arithmetic with one rounding each for the gross and the fee, half up at the scale of the
 * target; net + fee = gross, none of them below zero. The amounts are of the target, in its units.
 *
 * seed: the samples charge 2 % of the gross (0.25 → 0.005, 0.774 → 0.01548, 0.02727099 → 0.00054542).
 */

/** coefficient / 10^scale; of a price: the worth of 1 asset in the reference currency. */
type ExactDecimal = { coefficient: bigint; scale: number };

type DustAmount = { amountUnits: bigint; assetScale: number; price: ExactDecimal };

const feePercent = 2n;

export function convertDust(dust: DustAmount & { targetPrice: ExactDecimal; targetScale: number }): {
  grossUnits: bigint;
  feeUnits: bigint;
  netUnits: bigint;
} {
  const { numerator, denominator } = worthIn(dust, dust.targetPrice);
  const grossUnits = divideHalfUp(numerator * powerOfTen(dust.targetScale), denominator);
  const feeUnits = divideHalfUp(grossUnits * feePercent, 100n);
  return { grossUnits, feeUnits, netUnits: grossUnits - feeUnits };
}

/** Whether the amount is worth more BTC than the limit; at the limit exactly it still is dust. */
export function exceedsDustLimit(
  dust: DustAmount & { btcPrice: ExactDecimal; limit: ExactDecimal },
): boolean {
  const { numerator, denominator } = worthIn(dust, dust.btcPrice);
  return numerator * powerOfTen(dust.limit.scale) > dust.limit.coefficient * denominator;
}

/** The exact worth, as a fraction, counted in whole units of the asset that `unitPrice` prices. */
function worthIn({ amountUnits, assetScale, price }: DustAmount, unitPrice: ExactDecimal) {
  if (amountUnits < 0n) throw new RangeError('an amount of dust is not below zero');
  if (price.coefficient < 0n) throw new RangeError('the price of dust is not below zero');
  if (unitPrice.coefficient <= 0n)
    throw new RangeError('dust is measured in an asset with a price above zero');
  return {
    numerator: amountUnits * price.coefficient * powerOfTen(unitPrice.scale),
    denominator: unitPrice.coefficient * powerOfTen(price.scale) * powerOfTen(assetScale),
  };
}

function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}

function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}
