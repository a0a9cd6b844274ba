import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addHolders, allotDividend, holdersAmong } from './dividend.ts';

const hold = (...units: bigint[]) => units.map((held, index) => ({ accountId: index + 1, units: held }));

const partsOf = (totalUnits: bigint, ...units: bigint[]) =>
  allotDividend(totalUnits, hold(...units)).map(({ accountId, units: part }) => [accountId, part]);

const total = fc.oneof(fc.bigInt(1n, 50n), fc.bigInt(1n, 10n ** 30n));
const held = fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(0n, 10n ** 28n));
const holdingsOf = fc
  .uniqueArray(fc.record({ accountId: fc.integer({ min: 1, max: 10_000 }), units: held }), {
    selector: ({ accountId }) => accountId,
    minLength: 1,
    maxLength: 40,
  })
  .filter((holdings) => holdings.some(({ units }) => units > 0n));

test('an amount that divides evenly is split in proportion', () => {
  assert.deepEqual(partsOf(1000n, 1n, 2n, 7n), [
    [1, 100n],
    [2, 200n],
    [3, 700n],
  ]);
  assert.deepEqual(partsOf(5n, 9n), [[1, 5n]]);
});

test('leftover units go to the largest remainders', () => {
  // exact shares 1.666…, 3.333…, 5
  assert.deepEqual(partsOf(10n, 1n, 2n, 3n), [
    [1, 2n],
    [2, 3n],
    [3, 5n],
  ]);
});

test('equal remainders go to the larger holding, then to the lower account', () => {
  // exact shares 0.5, 1.5, 3
  assert.deepEqual(partsOf(5n, 1n, 3n, 6n), [
    [2, 2n],
    [3, 3n],
  ]);
  assert.deepEqual(partsOf(2n, 1n, 1n, 1n), [
    [1, 1n],
    [2, 1n],
  ]);
});

test('accounts with a share of zero are omitted', () => {
  assert.deepEqual(partsOf(1n, 1n, 1000n, 0n), [[2, 1n]]);
});

test('no total, no holders, a negative holding or a repeated account is a RangeError', () => {
  assert.throws(() => allotDividend(0n, hold(1n)), RangeError);
  assert.throws(() => allotDividend(-1n, hold(1n)), RangeError);
  assert.throws(() => allotDividend(1n, []), RangeError);
  assert.throws(() => allotDividend(1n, hold(0n, 0n)), RangeError);
  assert.throws(() => allotDividend(1n, hold(2n, -1n)), RangeError);
  assert.throws(() => allotDividend(1n, [...hold(1n), ...hold(1n)]), RangeError);
});

test('for any holdings, shares add up, are within one unit of the exact share, and are ordered as the holdings', () => {
  fc.assert(
    fc.property(total, holdingsOf, (totalUnits, holdings) => {
      const parts = new Map(allotDividend(totalUnits, holdings).map((part) => [part.accountId, part.units]));
      assert.equal(
        [...parts.values()].reduce((sum, part) => sum + part, 0n),
        totalUnits,
      );
      const heldUnits = holdings.reduce((sum, { units }) => sum + units, 0n);
      const partOf = (accountId: number) => parts.get(accountId) ?? 0n;
      for (const { accountId, units } of holdings) {
        const off = partOf(accountId) * heldUnits - totalUnits * units;
        assert.ok(
          off > -heldUnits && off < heldUnits,
          `account ${accountId} is a unit or more off its share`,
        );
        for (const smaller of holdings.filter((other) => other.units < units)) {
          assert.ok(partOf(accountId) >= partOf(smaller.accountId), 'a larger holding got less');
        }
      }
    }),
  );
});

test('a larger holding never gets a smaller share', () => {
  fc.assert(
    fc.property(total, holdingsOf, fc.nat(), fc.bigInt(1n, 100n), (totalUnits, holdings, pick, moreUnits) => {
      const chosen = holdings[pick % holdings.length]!;
      const richer = holdings.map((each) =>
        each === chosen ? { ...each, units: each.units + moreUnits } : each,
      );
      const earned = (parts: ReturnType<typeof allotDividend>) =>
        parts.find(({ accountId }) => accountId === chosen.accountId)?.units ?? 0n;
      assert.ok(earned(allotDividend(totalUnits, richer)) >= earned(allotDividend(totalUnits, holdings)));
    }),
  );
});

test('the order of the holdings does not matter, and the input is not modified', () => {
  const shuffled = holdingsOf.chain((holdings) =>
    fc.tuple(fc.constant(holdings), fc.shuffledSubarray(holdings, { minLength: holdings.length })),
  );
  fc.assert(
    fc.property(total, shuffled, (totalUnits, [holdings, others]) => {
      const before = [...others];
      assert.deepEqual(allotDividend(totalUnits, others), allotDividend(totalUnits, holdings));
      assert.deepEqual(others, before);
    }),
  );
});

test('the balances of an account in several wallets count together, in any order and across pages', () => {
  const balances = [
    { accountId: 2, free: 1n, held: 2n },
    { accountId: 1, free: 5n, held: 0n },
    { accountId: 0, free: 9n, held: 9n },
    { accountId: 2, free: 4n, held: 0n },
    { accountId: 3, free: 0n, held: 0n },
  ];
  const expected = [
    { accountId: 1, units: 5n },
    { accountId: 2, units: 7n },
  ];
  assert.deepEqual(holdersAmong(balances), expected);
  const sorted = balances.toSorted((a, b) => a.accountId - b.accountId);
  for (let size = 1; size <= balances.length; size += 1) {
    const holders: { accountId: number; units: bigint }[] = [];
    for (let from = 0; from < sorted.length; from += size)
      addHolders(holders, sorted.slice(from, from + size));
    assert.deepEqual(holders, expected);
  }
});
