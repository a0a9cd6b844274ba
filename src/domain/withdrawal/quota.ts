/** The quota of an account: the value in US dollars, by the operator's prices, of what it withdraws in 24 hours. */
import { addDecimals, type Decimal, parseDecimal } from '../../contract/decimal.ts';
import { type Catalog, scaleOf } from '../catalog/catalog.ts';
import type { WithdrawalStage } from './withdrawal-stage.ts';

export const quotaPeriodMs = 86_400_000;

/** Withdrawals in these stages have been given back, so they count towards no limit. */
export const givenBackStages = [
  'cancelled',
  'rejected',
  'failed',
] as const satisfies readonly WithdrawalStage[];
const givenBack: ReadonlySet<string> = new Set(givenBackStages);

/** Whether a withdrawal counts towards the limits of 24 hours. */
export function countsTowardsLimits({ stage }: { readonly stage: string }): boolean {
  return !givenBack.has(stage);
}

type Withdrawn = { readonly asset: string; readonly amount: bigint };

/**
 * The exact value of gross amounts at the current prices. Assets without a price count as nothing: an account with a
 * quota cannot withdraw them, so these amounts were withdrawn before the quota was set.
 */
export function valueInUsd(
  withdrawn: Iterable<Withdrawn>,
  catalog: Pick<Catalog, 'assets' | 'prices'>,
): Decimal {
  const totals = new Map<string, bigint>();
  for (const { asset, amount } of withdrawn) totals.set(asset, (totals.get(asset) ?? 0n) + amount);
  let value: Decimal = { coefficient: 0n, scale: 0 };
  for (const [asset, units] of totals) {
    const price = parseDecimal(catalog.prices.get(asset) ?? '0');
    if (price === null) throw new Error(`the price of ${asset} is not a decimal`);
    const scale = price.scale + scaleOf(catalog, asset);
    value = addDecimals(value, { coefficient: units * price.coefficient, scale });
  }
  return value;
}
