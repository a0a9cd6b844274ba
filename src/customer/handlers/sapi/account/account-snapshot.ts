import { formatUnits } from '../../../../contract/decimal.ts';
import type { ReplyOf } from '../../../../contract/operation.ts';
import { accountSnapshot } from '../../../../contract/sapi/account/account-snapshot.ts';
import { type Catalog, scaleOf } from '../../../../domain/catalog/catalog.ts';
import { dayOf, endOfDay } from '../../../../domain/ledger/day.ts';
import { valueIn } from '../../../../domain/valuation.ts';
import { BalanceHistory, type PastBalance } from '../../../../query/balance-history.ts';
import { implement } from '../../../handler.ts';

const defaultLimit = 7;

type Snapshot = ReplyOf<typeof accountSnapshot>['snapshotVos'][number];

export const accountSnapshotHandler = implement(accountSnapshot, async (values, { account }, parts) => {
  const { type, startTime = 0, limit = defaultLimit } = values;
  const nowMs = parts.clock.world.now();
  if (type !== 'SPOT') return { code: 200, msg: '', snapshotVos: [] };
  const until = Math.min(values.endTime ?? nowMs, nowMs);
  // The first and the last day whose last second is in the interval.
  const last = dayOf(until + millisecondsAfter) - 1;
  const first = Math.max(
    dayOf(startTime + millisecondsAfter - 1),
    dayOf(account.createdAt),
    last - limit + 1,
  );
  const history = new BalanceHistory(parts.reads, account.id);
  const snapshots: Snapshot[] = [];
  for (let day = first; day <= last; day += 1)
    snapshots.push(snapshotOf(day, await history.balancesAt(endOfDay(day)), parts.catalog()));
  return { code: 200, msg: '', snapshotVos: snapshots };
});

/** The wire shows the beginning of the last second of the day; the balances are those of its end. */
const millisecondsAfter = 1000;

function snapshotOf(day: number, balances: readonly PastBalance[], catalog: Catalog): Snapshot {
  const spot = balances.filter(({ wallet, free, held }) => wallet === 'spot' && free + held > 0n);
  const amounts = spot.map(({ asset, free, held }) => ({ asset, units: free + held }));
  return {
    type: 'spot',
    updateTime: endOfDay(day) + 1 - millisecondsAfter,
    data: {
      totalAssetOfBtc: valueIn('BTC', amounts, catalog),
      balances: spot.map(({ asset, free, held }) => ({
        asset,
        free: formatUnits(free, scaleOf(catalog, asset)),
        locked: formatUnits(held, scaleOf(catalog, asset)),
      })),
    },
  };
}
