import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdrawalStages } from './withdrawal-stages.ts';
import { stagesOfWireStatus, wireStatus } from './withdrawal-status.ts';

test('each stage maps to its wire status', () => {
  assert.deepEqual(
    withdrawalStages.map((stage) => [stage, wireStatus(stage)]),
    [
      ['email-sent', 0],
      ['cancelled', 1],
      ['awaiting-approval', 2],
      ['rejected', 3],
      ['queued', 4],
      ['waiting', 4],
      ['claimed', 4],
      ['unknown', 4],
      ['broadcast', 4],
      ['failed', 5],
      ['completed', 6],
    ],
  );
});

test('a wire status finds exactly the stages that map to it, and unknown numbers find none', () => {
  for (const status of [0, 1, 2, 3, 4, 5, 6]) {
    const expected = withdrawalStages.filter((stage) => wireStatus(stage) === status);
    assert.deepEqual(stagesOfWireStatus(status), expected);
  }
  assert.deepEqual(stagesOfWireStatus(4), ['queued', 'waiting', 'claimed', 'unknown', 'broadcast']);
  for (const status of [-1, 7, 0.5, Number.NaN]) assert.deepEqual(stagesOfWireStatus(status), []);
});
