/** How much of an asset an account withdraws within 24 hours. */
import { type Rejection, reject } from '../../contract/errors.ts';
import type { Asset } from '../../domain/catalog/catalog.ts';
import { withdrawalsSince } from '../../store/lookups.ts';
import type { DecisionContext, Lookup, Rows } from '../../store/port.ts';

const dayMs = 86_400_000;

/** For the maximum of 24 hours, if the asset has one. */
export function earlierLookups(
  { accountId, asset }: { readonly accountId: number; readonly asset: string },
  { catalog, nowMs }: DecisionContext,
): readonly Lookup[] {
  const maximum = catalog.assets.get(asset)?.withdrawMaximumPerDay ?? null;
  return maximum === null ? [] : [withdrawalsSince(accountId, nowMs - dayMs) as Lookup];
}

/** Withdrawals that came to nothing do not count towards the maximum of 24 hours. */
const uncounted: ReadonlySet<string> = new Set(['cancelled', 'rejected', 'failed']);

export function checkDailyMaximum(
  accountId: number,
  { asset, amount }: { readonly asset: Asset; readonly amount: bigint },
  rows: Rows,
  { nowMs }: DecisionContext,
): Rejection | undefined {
  const maximum = asset.withdrawMaximumPerDay;
  if (maximum === null) return undefined;
  const spent = rows
    .all(withdrawalsSince(accountId, nowMs - dayMs))
    .filter((row) => row.asset === asset.asset && !uncounted.has(row.stage))
    .reduce((sum, row) => sum + row.amount, 0n);
  return spent + amount > maximum ? reject('amount-above-maximum') : undefined;
}
