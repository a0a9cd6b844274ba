import assert from 'node:assert/strict';
import { test } from 'node:test';
import { depositStages } from './deposit-stages.ts';
import { depositStagesShown, depositWireStatus, shownDepositStatus } from './deposit-status.ts';

test('customers see a deposit before, at and after its credit, unless it has no owner or is too small', () => {
  assert.deepEqual(depositStagesShown(), ['pending', 'suspended', 'credited', 'completed']);
  assert.deepEqual([0, 1, 6].map(depositStagesShown), [
    ['pending', 'suspended'],
    ['completed'],
    ['credited'],
  ]);
  for (const status of [2, 5, -1, Number.NaN]) assert.deepEqual(depositStagesShown(status), []);
});

test('a stage that customers do not see has no status', () => {
  for (const stage of depositStages) {
    const status = depositWireStatus(stage);
    if (status === null) assert.throws(() => shownDepositStatus(stage), /customers do not see/, stage);
    else assert.equal(shownDepositStatus(stage), status);
  }
});
