/** A transaction that people report of a manual network is a withdrawal or a deposit, and never both. */
import assert from 'node:assert/strict';
import { takeClaim } from '../../../src/command/claim/claim-take.ts';
import { reportTransaction } from '../../../src/command/claim/transaction-report.ts';
import { observeDeposit } from '../../../src/command/deposit/deposit-observe.ts';
import type { Execution } from '../../../src/store/port.ts';
import { leaseMs, openManual, queue, signer } from '../../support/manual-world.ts';
import type { StoreWorld } from '../../support/store-world.ts';
import { kindOf } from './raw.ts';
import { conformance, shared } from './stores.ts';

/** @returns the report of a transaction for a withdrawal that is claimed. */
async function asWithdrawal(world: StoreWorld, txId: string): Promise<Execution> {
  const id = await queue(world, 2);
  await world.run(takeClaim, { operator: signer, id, leaseMs });
  return {
    command: reportTransaction,
    input: { operator: signer, id, generation: 1, txId, signedTransaction: '' },
  };
}

function asDeposit(txId: string, outputIndex = 0): Execution {
  const address = { address: 'ours', addressGroup: 'HAND', addressKey: 'ours', addressTag: '' };
  const paid = { asset: 'HAND', amount: 5n, remainder: '0' };
  const input = { network: 'HAND', txId, outputIndex, ...address, ...paid, operator: signer };
  return { command: observeDeposit, input };
}

conformance(
  'a reported transaction is a deposit or a withdrawal, never both, also within a batch',
  async (_site, store) => {
    const world = await openManual(store);
    const kinds = async (...batch: readonly Execution[]) => (await store.execute(batch)).map(kindOf);
    assert.deepEqual(await kinds(asDeposit('t1'), asDeposit('t1', 1)), ['done', 'done']);
    const claimed = await asWithdrawal(world, 't1');
    assert.deepEqual(await kinds(claimed), ['transaction-is-deposit']);
    const other = { ...claimed, input: { ...(claimed.input as object), txId: 't2' } };
    assert.deepEqual(await kinds(other, asDeposit('t2'), asDeposit('t2', 1)), [
      'done',
      'transaction-is-withdrawal',
      'transaction-is-withdrawal',
    ]);
    assert.deepEqual(await kinds(other, asDeposit('t1')), ['done', 'done'], 'the same reports again');
    const last = await asWithdrawal(world, 't3');
    assert.deepEqual(await kinds(asDeposit('t3'), last), ['done', 'transaction-is-deposit']);
  },
);

conformance(
  'if two processes report a transaction in both directions at the same moment, one is refused',
  async (site, store) => {
    const world = await openManual(store);
    const other = site.kind === 'PostgreSQL' ? await site.open() : store;
    for (let round = 0; round < 15; round += 1) {
      const txId = `t${round}`;
      const claimed = await asWithdrawal(world, txId);
      const outcomes = await Promise.all([store.execute([claimed]), other.execute([asDeposit(txId)])]);
      const kinds = outcomes.flatMap((each) => each.map(kindOf));
      assert.equal(kinds.filter((kind) => kind === 'done').length, 1, kinds.join());
    }
  },
  shared,
);
