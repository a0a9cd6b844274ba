/**
 * How a dividend is parted among the holders of an asset.
 *
 * Promises: the parts add up to the total exactly; each is the exact share rounded down or up; a larger holding never
 * gets less than a smaller one; the result, ordered by account, does not depend on the order of the holdings.
 */

type AccountUnits = { accountId: number; units: bigint };

type Share = { holding: AccountUnits; wholeUnits: bigint; remainder: bigint };

/** Accounts that hold nothing are no holders; parts of zero are left out. */
export function allotDividend(totalUnits: bigint, holdings: readonly AccountUnits[]): AccountUnits[] {
  if (totalUnits <= 0n) throw new RangeError('a dividend is above zero');
  const heldUnits = sumHoldings(holdings);
  const shares: Share[] = holdings.map((holding) => {
    const product = totalUnits * holding.units;
    return { holding, wholeUnits: product / heldUnits, remainder: product % heldUnits };
  });
  // Fewer units are left over than there are remainders above zero, so an account gets one at most.
  const leftOver = shares.reduce((left, share) => left - share.wholeUnits, totalUnits);
  shares.sort(compareClaims);
  return shares
    .map(({ holding, wholeUnits }, rank) => ({
      accountId: holding.accountId,
      units: BigInt(rank) < leftOver ? wholeUnits + 1n : wholeUnits,
    }))
    .filter(({ units }) => units > 0n)
    .sort((a, b) => a.accountId - b.accountId);
}

function sumHoldings(holdings: readonly AccountUnits[]): bigint {
  const seen = new Set<number>();
  let heldUnits = 0n;
  for (const { accountId, units } of holdings) {
    if (units < 0n) throw new RangeError(`account ${accountId} holds less than nothing`);
    if (seen.has(accountId)) throw new RangeError(`account ${accountId} is listed twice`);
    seen.add(accountId);
    heldUnits += units;
  }
  if (heldUnits === 0n) throw new RangeError('nobody holds the asset');
  return heldUnits;
}

/** Who comes first for a unit left over: the largest remainder, then the larger holding, then the older account. */
function compareClaims(a: Share, b: Share): number {
  return (
    compareDescending(a.remainder, b.remainder) ||
    compareDescending(a.holding.units, b.holding.units) ||
    a.holding.accountId - b.holding.accountId
  );
}

function compareDescending(a: bigint, b: bigint): number {
  if (a === b) return 0;
  return a > b ? -1 : 1;
}
