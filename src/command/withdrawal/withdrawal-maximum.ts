/** The withdrawals of an account within 24 hours, and the maximum amount of an asset in this time. */
import { type Rejection, reject } from '../../contract/errors.ts';
import type { Asset } from '../../domain/catalog/catalog.ts';
import { countsTowardsLimits, quotaPeriodMs } from '../../domain/withdrawal/quota.ts';
import { withdrawalsSince } from '../../store/lookups.ts';
import type { DecisionContext, Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';

export function historyOf(accountId: number, { nowMs }: DecisionContext): Lookup<'withdrawals'> {
  return withdrawalsSince(accountId, nowMs - quotaPeriodMs);
}

/** The withdrawals of the last 24 hours that count towards limits: on-chain and internal, of all assets and wallets. */
export function countedIn(
  accountId: number,
  rows: Rows,
  context: DecisionContext,
): readonly Row<'withdrawals'>[] {
  return rows.all(historyOf(accountId, context)).filter(countsTowardsLimits);
}

/** Looks up the withdrawals of the last 24 hours if the asset has a maximum. */
export function earlierLookups(
  { accountId, asset }: { readonly accountId: number; readonly asset: string },
  context: DecisionContext,
): readonly Lookup<'withdrawals'>[] {
  const maximum = context.catalog.assets.get(asset)?.withdrawMaximumPerDay ?? null;
  return maximum === null ? [] : [historyOf(accountId, context)];
}

export function checkDailyMaximum(
  accountId: number,
  { asset, amount }: { readonly asset: Asset; readonly amount: bigint },
  rows: Rows,
  context: DecisionContext,
): Rejection<'amount-above-maximum'> | undefined {
  const maximum = asset.withdrawMaximumPerDay;
  if (maximum === null) return undefined;
  const spent = countedIn(accountId, rows, context)
    .filter((row) => row.asset === asset.asset)
    .reduce((sum, row) => sum + row.amount, 0n);
  return spent + amount > maximum ? reject('amount-above-maximum') : undefined;
}
