/** Withdrawals of a manual network that wait for a signer. */
import assert from 'node:assert/strict';
import type { Answer, Target } from './server-process.ts';

export async function done(answer: Promise<Answer | null>) {
  const got = await answer;
  assert.ok(got !== null && got.status < 300, JSON.stringify(got));
  return got.body;
}

/** @returns the ids of queued withdrawals of the network HAND. */
export async function queueWithdrawals(server: Target, count: number): Promise<readonly string[]> {
  await done(server.operator('/networks/HAND', { addressFormat: 'opaque', connector: 'manual' }, 'PUT'));
  await done(server.operator('/assets/HAND', { networks: [{ network: 'HAND', minConfirm: 2 }] }, 'PUT'));
  const opening = { asset: 'HAND', amount: '1000', reason: 'a test' };
  await done(server.operator('/accounts/master@example.com/credit', opening));
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const order = { coin: 'HAND', address: 'far-away', amount: '1' };
    ids.push((await done(server.signed('master', 'POST', '/sapi/v1/capital/withdraw/apply', order))).id);
  }
  return ids;
}

/** Survives the server, as the wallet of a signer does. */
export class Wallet {
  readonly paid = new Map<string, string>();

  pay(id: string): string {
    assert.ok(!this.paid.has(id), `${id} would be paid twice`);
    const txId = `tx-${id}`;
    this.paid.set(id, txId);
    return txId;
  }
}
