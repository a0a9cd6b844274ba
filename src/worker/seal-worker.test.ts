import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neverStopping, openStoreWorld, type StoreWorld } from '../../test/support/store-world.ts';
import { transferBetweenAccounts } from '../command/account/sub-account-transfer.ts';
import { checkIntegrity } from '../query/integrity.ts';
import { SealWorker } from './seal-worker.ts';

/** Posts `count` transfers in one commit. */
async function postTransfers(world: StoreWorld, count: number): Promise<void> {
  const input = { masterId: world.master, fromEmail: 'alice@example.com', toEmail: 'bob@example.com' };
  const amount = { coefficient: 1n, scale: 8 };
  const execution = { command: transferBetweenAccounts, input: { ...input, asset: 'BTC', amount } };
  const outcomes = await world.store.execute(Array.from({ length: count }, () => execution));
  assert.ok(outcomes.every((outcome) => 'done' in outcome));
}

function createSealer(world: StoreWorld, yieldNow: () => Promise<void> = async () => {}): SealWorker {
  return new SealWorker({
    reads: world.store.reads,
    commands: world.commands,
    yieldNow,
    stopping: neverStopping,
  });
}

async function sealedUpTo(world: StoreWorld): Promise<number[]> {
  return (await world.rows('transfer_seals')).map((seal) => seal.lastSeq);
}

async function assertChainVerified(world: StoreWorld, sealed: number): Promise<void> {
  const { chain, ok } = await checkIntegrity(world.store.reads, world.store.catalog());
  assert.deepEqual([chain.verified, chain.sealed, ok], [true, sealed, true]);
}

test('transfers are sealed in order, at most 2,000 to a seal, and the chain verifies', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'BTC', '1');
  let yields = 0;
  const sealer = createSealer(world, async () => {
    yields += 1;
  });
  await sealer.sealNew();
  assert.deepEqual(await sealedUpTo(world), [1]);
  await postTransfers(world, 4_500);
  await sealer.sealNew();
  assert.deepEqual(await sealedUpTo(world), [1, 2001, 4001, 4501]);
  assert.equal(yields, 18, 'other work runs after each full page of 250 transfers');
  await sealer.sealNew();
  assert.equal((await sealedUpTo(world)).length, 4, 'without new transfers there is no new seal');
  await assertChainVerified(world, 4501);
});

test('two concurrent sealers leave one valid chain: the slower one continues from the seal of the other', async () => {
  const world = await openStoreWorld();
  await world.credit('alice', 'BTC', '1');
  let overtaken = false;
  const slow = createSealer(world, async () => {
    if (overtaken) return;
    overtaken = true;
    // After its first page, another sealer seals everything, and more transfers are posted.
    await createSealer(world).sealNew();
    await postTransfers(world, 100);
  });
  await postTransfers(world, 300);
  await slow.sealNew();
  assert.deepEqual(await sealedUpTo(world), [301], 'the seal computed from the older head is rejected');
  await slow.sealNew();
  assert.deepEqual(await sealedUpTo(world), [301, 401]);
  await assertChainVerified(world, 401);
});
