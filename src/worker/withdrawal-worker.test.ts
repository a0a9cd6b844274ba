/** Each step of a withdrawal is done once, even if several workers attempt it at the same time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { neverStopping, openStoreWorld, type StoreWorld } from '../../test/support/store-world.ts';
import { decimal, operator } from '../../test/support/world-plan.ts';
import { simulatedConnector } from '../chain/simulated/simulated-chains.ts';
import { prepareTransaction } from '../chain/simulated/simulated-transaction.ts';
import { SqliteSimulatedChain } from '../chain/simulated/sqlite-simulated-chain.ts';
import { type CommandName, type Commands, commands, type InputOf } from '../command/registry.ts';
import { addWithdrawalAttempt } from '../command/withdrawal/withdrawal-attempt.ts';
import { settleWithdrawal } from '../command/withdrawal/withdrawal-settle.ts';
import { submitWithdrawal } from '../command/withdrawal/withdrawal-submit.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { Outcome } from '../store/port.ts';
import { paymentOf } from './withdrawal-attempts.ts';
import { WithdrawalWorker } from './withdrawal-worker.ts';

/** More than two pages. */
const many = 600;

/** Queued withdrawals of SKY, which needs one confirmation, and workers whose commands are counted. */
async function openQueue(count = many, catalog?: () => Catalog) {
  const world = await openStoreWorld();
  await world.credit('alice', 'SKY', '1000');
  const order = { accountId: world.alice, asset: 'SKY', address: 'far-away', amount: decimal('1') };
  await world.store.execute(
    Array.from({ length: count }, () => ({ command: submitWithdrawal, input: order })),
  );
  const chain = new SqliteSimulatedChain(':memory:');
  const counted = new Map<string, number>();
  const faulty = new Set<CommandName>();
  const parts = {
    reads: world.store.reads,
    commands: countCommands(world, counted, faulty),
    chains: { of: (network: string) => simulatedConnector(chain, network) },
    control: chain,
    catalog: catalog ?? (() => world.store.catalog()),
    pageSize: () => 256,
    stopping: neverStopping,
  };
  return { world, chain, counted, faulty, createWorker: () => new WithdrawalWorker(parts) };
}

/** Lets other work run before each commit. @param faulty commands that answer with a fault. */
function countCommands(
  { store }: StoreWorld,
  counted: Map<string, number>,
  faulty: ReadonlySet<CommandName>,
): Commands {
  return {
    async submit<N extends CommandName>(name: N, input: InputOf<N>) {
      await turn();
      if (faulty.has(name)) {
        counted.set(`${name} not done`, (counted.get(`${name} not done`) ?? 0) + 1);
        return { fault: 'not-done', message: 'the store is unavailable' };
      }
      const [outcome] = (await store.execute([{ command: commands[name], input }])) as [Outcome];
      const key = `${name} ${'done' in outcome ? 'done' : 'rejected'}`;
      counted.set(key, (counted.get(key) ?? 0) + 1);
      return outcome as never;
    },
  };
}

test('while the store can do nothing, one page is tried and not the whole queue', async () => {
  const { counted, faulty, createWorker } = await openQueue();
  const worker = createWorker();
  faulty.add('claimWithdrawal');
  await worker.broadcastQueued();
  assert.deepEqual(Object.fromEntries(counted), { 'claimWithdrawal not done': 256 });
  faulty.clear();
  await worker.broadcastQueued();
  assert.equal(counted.get('claimWithdrawal done'), many);
});

for (const when of ['without a cursor', 'with a cursor'] as const) {
  test(`${when}, a concurrent sweep settles each withdrawal once`, async () => {
    const { world, chain, counted, createWorker } = await openQueue();
    const worker = createWorker();
    const cursorAt = (height: number) => ({ network: 'SKY', height, depths: [1] });
    const cursor = when === 'with a cursor' ? cursorAt(0) : undefined;
    await worker.broadcastQueued();
    await chain.mine('SKY', 1);
    await Promise.all([worker.settleConfirmed(cursorAt(1), cursor), worker.sweep(), worker.sweep()]);
    assert.deepEqual(Object.fromEntries(counted), {
      'claimWithdrawal done': many,
      'settleWithdrawal done': many,
    });
    assert.equal((await world.rows('withdrawals', { stage: 'completed' })).length, many);
  });
}

for (const [what, cursor] of [
  ['without a cursor', undefined],
  ['for a depth that the cursor does not have', { network: 'SKY', height: 1, depths: [] }],
  ['of new blocks', { network: 'SKY', height: 0, depths: [1] }],
] as const) {
  test(`a scan ${what} is complete only if each settlement was recorded`, async () => {
    const { world, chain, faulty, createWorker } = await openQueue(1);
    const worker = createWorker();
    await worker.broadcastQueued();
    await chain.mine('SKY', 1);
    const ofBlock = { network: 'SKY', height: 1, depths: [1] };
    faulty.add('settleWithdrawal');
    assert.equal((await worker.settleConfirmed(ofBlock, cursor)).complete, false);
    assert.equal((await world.rows('withdrawals'))[0]?.stage, 'broadcast');
    faulty.clear();
    assert.equal((await worker.settleConfirmed(ofBlock, cursor)).complete, true);
    assert.equal((await world.rows('withdrawals'))[0]?.stage, 'completed');
  });
}

test('settling a withdrawal whose asset is not defined throws and leaves it unsettled', async () => {
  let known: Catalog | undefined;
  const { world, chain, createWorker } = await openQueue(1, () => known ?? world.store.catalog());
  const worker = createWorker();
  await worker.broadcastQueued();
  await chain.mine('SKY', 1);
  const { assets, ...rest } = world.store.catalog();
  known = { ...rest, assets: new Map([...assets].filter(([code]) => code !== 'SKY')) };
  await assert.rejects(worker.sweep(), /asset SKY is not defined/);
  const ofBlock = { network: 'SKY', height: 1, depths: [1] };
  await assert.rejects(
    worker.settleConfirmed(ofBlock, { ...ofBlock, height: 0 }),
    /asset SKY is not defined/,
  );
  assert.equal((await world.rows('withdrawals'))[0]?.stage, 'broadcast');
  known = undefined;
  await worker.sweep();
  assert.equal((await world.rows('withdrawals'))[0]?.stage, 'completed');
});

test('an earlier transaction that is in a block completes the withdrawal, not the one sent after it', async () => {
  const { world, chain, createWorker } = await openQueue(1);
  const worker = createWorker();
  await worker.broadcastQueued();
  const [row] = await world.rows('withdrawals');
  assert.ok(row);
  await chain.mine('SKY', 1);
  const payment = paymentOf(world.store.catalog(), row, [row.txId]);
  assert.ok(payment);
  const transaction = prepareTransaction(payment);
  await world.run(addWithdrawalAttempt, { id: row.id, attempt: 2, transaction, operator });
  await chain.broadcast('SKY', [transaction.signedTransaction]);
  await chain.mine('SKY', 1);
  await worker.settleConfirmed(
    { network: 'SKY', height: 2, depths: [1] },
    { network: 'SKY', height: 0, depths: [1] },
  );
  const [settled] = await world.rows('withdrawals');
  assert.deepEqual([settled?.stage, settled?.txId], ['completed', row.txId]);
  assert.deepEqual(
    (await world.rows('withdrawal_attempts')).map(({ attempt, state }) => [attempt, state]),
    [
      [1, 'mined'],
      [2, 'failed'],
    ],
  );
});

test('a further transaction that was stored but not sent is sent and settled by the sweep', async () => {
  const { world, chain, createWorker } = await openQueue(1);
  const worker = createWorker();
  await worker.broadcastQueued();
  const [row] = await world.rows('withdrawals');
  assert.ok(row);
  const payment = paymentOf(world.store.catalog(), row, [row.txId]);
  assert.ok(payment);
  const transaction = prepareTransaction(payment);
  const further = { id: row.id, attempt: 2, transaction, operator };
  await world.run(addWithdrawalAttempt, further);
  const again = await world.rejection(addWithdrawalAttempt, further);
  assert.equal(again.rejected, 'withdrawal-sent-again');
  await worker.sweep();
  await chain.mine('SKY', 1);
  await worker.sweep();
  const [settled] = await world.rows('withdrawals');
  assert.deepEqual([settled?.stage, settled?.txId], ['completed', transaction.txId]);
  const paidTwice = { id: row.id, confirmed: true, txId: row.txId } as const;
  assert.equal((await world.rejection(settleWithdrawal, paidTwice)).rejected, 'withdrawal-stage-wrong');
});
