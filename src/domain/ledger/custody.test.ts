import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRebalance } from './custody.ts';

const holdings = [
  { network: 'ETH', available: 10n },
  { network: 'BSC', available: 30n },
  { network: 'TRX', available: 20n },
  { network: 'SOL', available: 20n },
  { network: 'OFF', available: 0n },
];

test('no moves are planned if the network has enough; a shortfall is taken from the network that has most', () => {
  assert.deepEqual(planRebalance(holdings, 'ETH', 10n), []);
  assert.deepEqual(planRebalance(holdings, 'ETH', 40n), [{ from: 'BSC', units: 30n }]);
  assert.deepEqual(planRebalance(holdings, 'ETH', 61n), [
    { from: 'BSC', units: 30n },
    { from: 'SOL', units: 20n },
    { from: 'TRX', units: 1n },
  ]);
  assert.deepEqual(planRebalance(holdings, 'NEW', 1n), [{ from: 'BSC', units: 1n }]);
});

test('an amount above the total of all networks cannot be covered', () => {
  assert.equal(planRebalance(holdings, 'ETH', 80n)?.length, 3);
  assert.equal(planRebalance(holdings, 'ETH', 81n), undefined);
  assert.equal(planRebalance([], 'ETH', 1n), undefined);
});
