import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransactionState } from '../chain/port.ts';
import { type AttemptStates, transactionToSend } from './withdrawal-attempts.ts';

const absent: TransactionState = { state: 'absent' };
const failed: TransactionState = { state: 'failed', failure: 'another one took its place' };
const confirmed: TransactionState = { state: 'confirmed', confirmations: 1, height: 1 };

function toSend(...states: readonly TransactionState[]): string | undefined {
  const attempts = states.map((_, index) => ({ txId: `${index + 1}`, signedTransaction: '' }));
  const row = {} as AttemptStates['row'];
  return transactionToSend({ row, attempts, states })?.txId;
}

test('the latest transaction that the chain has forgotten is sent again, unless it failed', () => {
  assert.equal(toSend(absent), '1');
  assert.equal(toSend(absent, absent), '2');
  // The first one was confirmed, so that the second failed, and was then reorganised away.
  assert.equal(toSend(absent, failed), '1');
});

test('nothing is sent while a transaction is confirmed, nor once all have failed', () => {
  assert.equal(toSend(confirmed, absent), undefined);
  assert.equal(toSend(absent, confirmed), undefined);
  assert.equal(toSend(failed, failed), undefined);
});
