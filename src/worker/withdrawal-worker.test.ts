/** Each step of a withdrawal is done once, even if several workers find it at the same time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { decimal, type Family, neverStopping, openFamily } from '../../test/support/command-world.ts';
import { simulatedConnector } from '../chain/simulated/simulated-chains.ts';
import { SqliteSimulatedChain } from '../chain/simulated/sqlite-simulated-chain.ts';
import { type CommandName, type Commands, commands, type InputOf } from '../command/registry.ts';
import { submitWithdrawal } from '../command/withdrawal/withdrawal-submit.ts';
import type { Outcome } from '../store/port.ts';
import { WithdrawalWorker } from './withdrawal-worker.ts';

/** More than two pages. */
const many = 600;

/** Queued withdrawals of SKY, which needs one confirmation, and workers whose commands are counted. */
async function openQueue() {
  const family = await openFamily();
  await family.credit('alice', 'SKY', '1000');
  const order = { accountId: family.alice, asset: 'SKY', address: 'far-away', amount: decimal('1') };
  await family.store.execute(
    Array.from({ length: many }, () => ({ command: submitWithdrawal, input: order })),
  );
  const chain = new SqliteSimulatedChain(':memory:');
  const counted = new Map<string, number>();
  const parts = {
    reads: family.store.reads,
    commands: countCommands(family, counted),
    chains: { of: (network: string) => simulatedConnector(chain, network) },
    catalog: () => family.store.catalog(),
    pageSize: () => 256,
    stopping: neverStopping,
  };
  return { family, chain, counted, createWorker: () => new WithdrawalWorker(parts) };
}

/** Lets other work run before each commit. */
function countCommands({ store }: Family, counted: Map<string, number>): Commands {
  return {
    async submit<N extends CommandName>(name: N, input: InputOf<N>) {
      await turn();
      const [outcome] = (await store.execute([{ command: commands[name], input }])) as [Outcome];
      const key = `${name} ${'done' in outcome ? 'done' : 'refused'}`;
      counted.set(key, (counted.get(key) ?? 0) + 1);
      return outcome as never;
    },
  };
}

for (const when of ['after a start', 'while blocks are followed'] as const) {
  test(`${when}, a concurrent sweep settles each withdrawal once`, async () => {
    const { family, chain, counted, createWorker } = await openQueue();
    const worker = createWorker();
    const cursorAt = (height: number) => ({ network: 'SKY', height, depths: [1] });
    const cursor = when === 'while blocks are followed' ? cursorAt(0) : undefined;
    await worker.broadcastQueued();
    await chain.mine('SKY', 1);
    await Promise.all([worker.settleConfirmed(cursorAt(1), cursor), worker.sweep(), worker.sweep()]);
    assert.deepEqual(Object.fromEntries(counted), {
      'broadcastWithdrawal done': many,
      'settleWithdrawal done': many,
    });
    assert.equal((await family.rows('withdrawals', { stage: 'completed' })).length, many);
  });
}
