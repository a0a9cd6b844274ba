/** The maximum amount of an asset that an account may withdraw within 24 hours. */
import { type Rejection, reject } from '../../contract/errors.ts';
import type { Asset } from '../../domain/catalog/catalog.ts';
import { withdrawalsSince } from '../../store/lookups.ts';
import type { DecisionContext, Lookup, Rows } from '../../store/port.ts';

const dayMs = 86_400_000;

/** Looks up the withdrawals of the last 24 hours if the asset has a maximum. */
export function earlierLookups(
  { accountId, asset }: { readonly accountId: number; readonly asset: string },
  { catalog, nowMs }: DecisionContext,
): readonly Lookup[] {
  const maximum = catalog.assets.get(asset)?.withdrawMaximumPerDay ?? null;
  return maximum === null ? [] : [withdrawalsSince(accountId, nowMs - dayMs) as Lookup];
}

/** Withdrawals in these stages do not count towards the maximum. */
const uncounted: ReadonlySet<string> = new Set(['cancelled', 'rejected', 'failed']);

export function checkDailyMaximum(
  accountId: number,
  { asset, amount }: { readonly asset: Asset; readonly amount: bigint },
  rows: Rows,
  { nowMs }: DecisionContext,
): Rejection<'amount-above-maximum'> | undefined {
  const maximum = asset.withdrawMaximumPerDay;
  if (maximum === null) return undefined;
  const spent = rows
    .all(withdrawalsSince(accountId, nowMs - dayMs))
    .filter((row) => row.asset === asset.asset && !uncounted.has(row.stage))
    .reduce((sum, row) => sum + row.amount, 0n);
  return spent + amount > maximum ? reject('amount-above-maximum') : undefined;
}
