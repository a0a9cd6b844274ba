import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Commands } from '../command/registry.ts';
import type { WithdrawalRequest } from '../command/withdrawal/withdrawal-request.ts';
import { reject } from '../contract/errors.ts';
import { submitWithdrawal } from './submit-withdrawal.ts';

const request = { accountId: 7, asset: 'ETH' } as WithdrawalRequest;

/** @param recorded the outcome of recording a denial. */
async function denied(recorded: unknown) {
  const counted: string[] = [];
  const outcomes: Record<string, unknown> = {
    submitWithdrawal: reject('withdrawal-denied', { rule: 'closed' }),
    recordWithdrawalDenial: recorded,
  };
  const commands = { submit: async (name: string) => outcomes[name] } as unknown as Commands;
  const parts = { commands, onDenied: (rule: string) => counted.push(rule) };
  return { answer: await submitWithdrawal(request, { notAfterMs: 1 }, parts), counted };
}

test('a denied request is answered so once its trace is on disk', async () => {
  const { answer, counted } = await denied({ done: { count: 1 } });
  assert.deepEqual([answer, counted], [reject('withdrawal-denied', { rule: 'closed' }), ['closed']]);
});

test('if the trace may not be on disk, nothing was done: there is no withdrawal whose outcome is unknown', async () => {
  for (const fault of ['not-done', 'unknown']) {
    const { answer, counted } = await denied({ fault, message: 'the disk is full' });
    assert.deepEqual([answer, counted], [reject('not-done'), []]);
  }
});
