/**
 * Splits a dividend among the holders of an asset.
 *
 * Guarantees: the shares add up to the total exactly; each is the exact share rounded down or up; a larger holding
 * never gets less than a smaller one; the result is ordered by account and does not depend on the order of the
 * holdings.
 */

import { present } from '../boundary/present.ts';
import { unattributedAccountId } from './deposit/unattributed-account.ts';

/** `preparing`: the shares are being stored; nothing is visible or owed yet. */
export type DividendState = 'preparing' | 'distributing' | 'done';

export type AccountUnits = { readonly accountId: number; readonly units: bigint };

type Balance = { readonly accountId: number; readonly free: bigint; readonly held: bigint };

/**
 * Accounts that get a share, by their balances in all wallets, held amounts included. The account of unattributed
 * deposits gets none.
 */
export function holdersAmong(balances: readonly Balance[]): AccountUnits[] {
  const holders: AccountUnits[] = [];
  addHolders(
    holders,
    balances.toSorted((a, b) => a.accountId - b.accountId),
  );
  return holders;
}

/** Adds a page of balances, ordered by account. The last account of the previous page may continue on this page. */
export function addHolders(holders: AccountUnits[], page: readonly Balance[]): void {
  for (const { accountId, free, held } of page) {
    const units = free + held;
    if (accountId === unattributedAccountId || units === 0n) continue;
    const last = holders.at(-1);
    if (last?.accountId === accountId) holders[holders.length - 1] = { accountId, units: last.units + units };
    else holders.push({ accountId, units });
  }
}

type Share = { readonly holding: AccountUnits; readonly wholeUnits: bigint; readonly remainder: bigint };

/** Items processed between two steps: well below a millisecond of work. */
const itemsPerStep = 1000;

/** @returns the shares, ordered by account. Accounts whose share is zero are omitted. */
export function allotDividend(totalUnits: bigint, holdings: readonly AccountUnits[]): AccountUnits[] {
  const steps = allotDividendInSteps(totalUnits, holdings);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Same, for many holders: the caller may run other work between two steps. */
export function* allotDividendInSteps(
  totalUnits: bigint,
  holdings: readonly AccountUnits[],
): Generator<void, AccountUnits[], void> {
  if (totalUnits <= 0n) throw new RangeError('a dividend must be greater than zero');
  const holdingUnits = yield* sumHoldings(holdings);
  const shares: Share[] = [];
  // The leftover is smaller than the number of non-zero remainders, so an account gets at most one extra unit.
  let leftover = totalUnits;
  for (const holding of holdings) {
    const product = totalUnits * holding.units;
    const wholeUnits = product / holdingUnits;
    shares.push({ holding, wholeUnits, remainder: product % holdingUnits });
    leftover -= wholeUnits;
    if (shares.length % itemsPerStep === 0) yield;
  }
  const allotted: AccountUnits[] = [];
  for (const [rank, { holding, wholeUnits }] of (yield* sortInSteps(shares, compareForLeftover)).entries()) {
    const units = BigInt(rank) < leftover ? wholeUnits + 1n : wholeUnits;
    if (units > 0n) allotted.push({ accountId: holding.accountId, units });
    if (rank % itemsPerStep === 0) yield;
  }
  return yield* sortInSteps(allotted, (a, b) => a.accountId - b.accountId);
}

function* sumHoldings(holdings: readonly AccountUnits[]): Generator<void, bigint, void> {
  const seen = new Set<number>();
  let holdingUnits = 0n;
  for (const { accountId, units } of holdings) {
    if (units < 0n) throw new RangeError(`account ${accountId} has a negative balance`);
    if (seen.has(accountId)) throw new RangeError(`account ${accountId} is listed twice`);
    seen.add(accountId);
    holdingUnits += units;
    if (seen.size % itemsPerStep === 0) yield;
  }
  if (holdingUnits === 0n) throw new RangeError('nobody holds the asset');
  return holdingUnits;
}

/** The order in which leftover units are assigned: largest remainder, then larger holding, then lower account id. */
function compareForLeftover(a: Share, b: Share): number {
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

/** A merge sort that yields at intervals. */
function* sortInSteps<T>(items: readonly T[], compare: (a: T, b: T) => number): Generator<void, T[], void> {
  let runs: T[][] = [];
  for (let start = 0; start < items.length; start += itemsPerStep) {
    runs.push(items.slice(start, start + itemsPerStep).sort(compare));
    yield;
  }
  while (runs.length > 1) {
    const merged: T[][] = [];
    for (let index = 0; index < runs.length; index += 2) {
      merged.push(yield* merge(present(runs[index]), runs[index + 1] ?? [], compare));
    }
    runs = merged;
  }
  return runs[0] ?? [];
}

function* merge<T>(
  left: readonly T[],
  right: readonly T[],
  compare: (a: T, b: T) => number,
): Generator<void, T[], void> {
  const merged: T[] = [];
  let [l, r] = [0, 0];
  while (l < left.length || r < right.length) {
    const takesLeft =
      r >= right.length || (l < left.length && compare(present(left[l]), present(right[r])) <= 0);
    merged.push(present(takesLeft ? left[l++] : right[r++]));
    if (merged.length % itemsPerStep === 0) yield;
  }
  return merged;
}
