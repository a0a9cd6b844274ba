/** The scanned height is stored, so that a new process continues where the previous one stopped. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neverStopping, openStoreWorld } from '../../test/support/store-world.ts';
import { asset, network, operator } from '../../test/support/world-plan.ts';
import { simulatedConnector } from '../chain/simulated/simulated-chains.ts';
import { SqliteSimulatedChain } from '../chain/simulated/sqlite-simulated-chain.ts';
import { putAsset } from '../command/catalog/asset-put.ts';
import { moveChainCursor } from '../command/chain/chain-cursor-move.ts';
import { issueDepositAddress } from '../command/deposit/deposit-address-issue.ts';
import type { Commands } from '../command/registry.ts';
import { BlockFollower } from './block-follower.ts';
import { DepositWorker } from './deposit-worker.ts';
import { WithdrawalWorker } from './withdrawal-worker.ts';

async function openWorld() {
  const world = await openStoreWorld();
  const chain = new SqliteSimulatedChain(':memory:');
  const proposed = { address: 'inside', addressTag: '' };
  const issued = { accountId: world.alice, asset: 'SKY', network: 'SKY', proposed };
  await world.run(issueDepositAddress, issued);
  /** Calls to the chain that scan blocks, with the first height. */
  const scans: string[] = [];
  /** A follower without state in memory, like that of a new process. */
  const startFollower = (commands: Commands = world.commands) => {
    const connector = simulatedConnector(chain, 'SKY');
    const recording = {
      ...connector,
      incomingFrom(height: number) {
        scans.push(`in ${height}`);
        return connector.incomingFrom(height);
      },
      confirmedBetween(from: number, to: number) {
        scans.push(`out ${from}-${to}`);
        return connector.confirmedBetween(from, to);
      },
    };
    const parts = {
      reads: world.store.reads,
      commands,
      chains: { of: () => recording },
      control: chain,
      catalog: () => world.store.catalog(),
      pageSize: () => 256,
      yieldNow: async () => {},
      stopping: neverStopping,
    };
    const workers = { withdrawals: new WithdrawalWorker(parts), deposits: new DepositWorker(parts) };
    return new BlockFollower({ ...parts, ...workers });
  };
  const receive = (txId: string, amount = 5n) =>
    chain.receive({
      network: 'SKY',
      txId,
      outputIndex: 0,
      asset: 'SKY',
      ...proposed,
      amount,
      remainder: '0',
    });
  const takeScans = () => scans.splice(0);
  const cursor = async () => (await world.rows('chain_cursors'))[0];
  return { world, chain, startFollower, receive, takeScans, cursor };
}

test('a new follower continues after the last block scanned by the previous one', async () => {
  const { chain, startFollower, receive, takeScans, cursor, world } = await openWorld();
  await chain.mine('SKY', 7);
  await startFollower().follow('SKY');
  assert.deepEqual(await cursor(), { network: 'SKY', height: 7, position: '7 0', depths: [1] });
  takeScans();
  await receive('while it was down');
  await chain.mine('SKY', 2);
  await startFollower().follow('SKY');
  assert.deepEqual(takeScans(), ['out 8-9', 'in 8']);
  assert.deepEqual(
    (await world.rows('deposits')).map(({ txId, stage }) => [txId, stage]),
    [['while it was down', 'completed']],
  );
  assert.equal((await cursor())?.height, 9);
});

test('blocks without deposits and withdrawals move the cursor only after many of them', async () => {
  const { chain, startFollower, cursor } = await openWorld();
  const follower = startFollower();
  await follower.follow('SKY');
  assert.equal((await cursor())?.height, 0);
  await chain.mine('SKY', 99);
  await follower.follow('SKY');
  assert.equal((await cursor())?.height, 0);
  await chain.mine('SKY', 1);
  await follower.follow('SKY');
  assert.equal((await cursor())?.height, 100);
});

test('a network is quiet while its new blocks concern nothing, and is passed without a scan', async () => {
  const { world, chain, startFollower, receive, takeScans, cursor } = await openWorld();
  const follower = startFollower();
  const quiet = async () => [...(await follower.findQuiet(['SKY'])).keys()];
  assert.deepEqual(await quiet(), [], 'this process has not looked at its completed withdrawals');
  await follower.follow('SKY');
  takeScans();
  await chain.mine('SKY', 99);
  const moves = async () =>
    [...(await follower.findQuiet(['SKY'])).values()].map((each) => follower.moveOfQuiet(each));
  assert.deepEqual(await moves(), [undefined]);
  await chain.mine('SKY', 1);
  await follower.move(await moves());
  assert.deepEqual(await cursor(), { network: 'SKY', height: 100, position: '100 0', depths: [1] });
  assert.deepEqual(takeScans(), []);
  await receive('arrives');
  assert.deepEqual(await quiet(), []);
  await chain.mine('SKY', 1);
  await follower.follow('SKY');
  assert.deepEqual(await quiet(), [], 'it waits for further confirmations');
  await chain.mine('SKY', 1);
  await follower.follow('SKY');
  assert.deepEqual(await quiet(), ['SKY']);
  await chain.reorganise('SKY', 2, 'none');
  await chain.mine('SKY', 3);
  assert.deepEqual(await quiet(), [], 'a scanned block is gone');
  await follower.follow('SKY');
  assert.deepEqual(await quiet(), ['SKY']);
  const deeper = { ...network('SKY', 'opaque'), minConfirm: 3, unlockConfirm: 4 };
  await world.run(putAsset, { operator, asset: asset('SKY', [deeper]) });
  assert.deepEqual(await quiet(), [], 'earlier blocks are to be searched for the new depth');
});

test('the cursor does not move past a deposit that could not be recorded', async () => {
  const { world, chain, startFollower, receive, cursor } = await openWorld();
  await startFollower().follow('SKY');
  await receive('unlucky');
  await chain.mine('SKY', 1);
  const failing = {
    async submit(name: string, input: never) {
      if (name === 'observeDeposit') return { fault: 'not-done', message: 'the disk is full' };
      return world.commands.submit(name as 'confirmDeposit', input);
    },
  } as Commands;
  await startFollower(failing).follow('SKY');
  assert.equal((await cursor())?.height, 0);
  await startFollower().follow('SKY');
  assert.equal((await cursor())?.height, 1);
  assert.equal((await world.rows('deposits')).length, 1);
});

test('after a change of required confirmations, the follower checks all withdrawals and stores the new depth', async () => {
  const { world, chain, startFollower, cursor } = await openWorld();
  await chain.mine('SKY', 3);
  await startFollower().follow('SKY');
  const deeper = { ...network('SKY', 'opaque'), minConfirm: 3, unlockConfirm: 4 };
  await world.run(putAsset, { operator, asset: asset('SKY', [deeper]) });
  await startFollower().follow('SKY');
  assert.deepEqual(await cursor(), { network: 'SKY', height: 3, position: '3 0', depths: [3] });
});

test('of two followers that started from the same cursor, only the first one moves it', async () => {
  const { world, cursor } = await openWorld();
  const to = (height: number) => ({ network: 'SKY', height, position: `${height} 0`, depths: [1] });
  assert.equal(await world.run(moveChainCursor, { from: null, to: to(9) }), true);
  assert.equal(await world.run(moveChainCursor, { from: null, to: to(8) }), false);
  assert.equal(await world.run(moveChainCursor, { from: '9 0', to: to(12) }), true);
  assert.equal(await world.run(moveChainCursor, { from: '9 0', to: to(11) }), false);
  assert.equal((await cursor())?.height, 12);
});

test('a deposit credited by a process that died before it moved the cursor is checked after a reorganisation', async () => {
  const { world, chain, startFollower, receive, cursor } = await openWorld();
  await startFollower().follow('SKY');
  await receive('short-lived');
  await chain.mine('SKY', 2);
  const dying = {
    async submit(name: string, input: never) {
      if (name === 'moveChainCursor') return { fault: 'not-done', message: 'the process has died' };
      return world.commands.submit(name as 'confirmDeposit', input);
    },
  } as Commands;
  await startFollower(dying).follow('SKY');
  assert.deepEqual([(await cursor())?.height, (await world.rows('deposits'))[0]?.stage], [0, 'completed']);
  await chain.reorganise('SKY', 2, 'incoming');
  await chain.mine('SKY', 3);
  await startFollower().follow('SKY');
  assert.equal((await world.rows('deposits'))[0]?.stage, 'vanished', 'its credit is taken back');
});
