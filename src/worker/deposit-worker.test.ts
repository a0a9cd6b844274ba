import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Row } from '../store/tables.ts';
import { DepositWorker } from './deposit-worker.ts';
import type { WorkerParts } from './worker-parts.ts';

const lost = {
  ...{ seq: 1, id: 'd', asset: 'ETH', network: 'ETH', txId: 't', outputIndex: 0, amount: 5n },
  ...{ stage: 'completed', confirmations: 0, blockHeight: null, reorganisedAt: 1 },
} as Row<'deposits'>;

/** @returns the commands that a block leads to, while custody has so much. */
async function submittedWith(available: bigint): Promise<readonly string[]> {
  const submitted: string[] = [];
  const worker = new DepositWorker({
    reads: {
      depositsInProgress: async () => [],
      depositsReorganised: async (after: number) => (after === 0 ? [lost] : []),
      rows: async () => [{ asset: 'ETH', network: 'ETH', available, waiting: 0 }],
    },
    chains: {
      of: () => ({ incomingFrom: async () => [], findIncoming: async () => [{ state: 'unknown' }] }),
    },
    commands: {
      submit: async (name: string) => {
        submitted.push(name);
        return { done: {} };
      },
    },
    pageSize: () => 10,
    stopping: new AbortController().signal,
  } as unknown as WorkerParts);
  await worker.followBlocks('ETH', 0);
  return submitted;
}

test('the credit of a lost deposit is taken back once custody has its amount; no block tries it earlier', async () => {
  assert.deepEqual(await submittedWith(4n), []);
  assert.deepEqual(await submittedWith(5n), ['reorganiseDeposit']);
});
