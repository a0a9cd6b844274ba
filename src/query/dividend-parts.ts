/** Splits a dividend among many holders on one snapshot of the store, yielding to other work in between. */
import { type AccountUnits, addHolders, allotDividendInSteps } from '../domain/dividend.ts';
import type { Reads } from '../store/reads.ts';

/** Balances read at once, which takes about 2 ms. */
const pageSize = 500;

type OpenSnapshot = () => Promise<{ readonly reads: Reads; close(): Promise<void> }>;

/** @returns the shares by account, which add up to the total; empty if nobody holds the asset. */
export async function computeDividendParts(
  openSnapshot: OpenSnapshot,
  holdersOf: string,
  totalUnits: bigint,
  yieldNow: () => Promise<void>,
): Promise<readonly AccountUnits[]> {
  const holders = await readHolders(openSnapshot, holdersOf, yieldNow);
  if (holders.length === 0) return [];
  const steps = allotDividendInSteps(totalUnits, holders);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await yieldNow();
  }
}

async function readHolders(
  openSnapshot: OpenSnapshot,
  asset: string,
  yieldNow: () => Promise<void>,
): Promise<AccountUnits[]> {
  const snapshot = await openSnapshot();
  try {
    const holders: AccountUnits[] = [];
    for (let last = { accountId: 0, wallet: '' }; ; ) {
      const page = await snapshot.reads.balancesOfAssetAfter(asset, last.accountId, last.wallet, pageSize);
      addHolders(holders, page);
      last = page.at(-1) ?? last;
      if (page.length < pageSize) return holders;
      await yieldNow();
    }
  } finally {
    await snapshot.close();
  }
}
