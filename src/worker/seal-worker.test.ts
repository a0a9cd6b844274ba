import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Family, neverStopping, openFamily, submitting } from '../../test/support/command-world.ts';
import { transferBetweenAccounts } from '../command/account/sub-account-transfer.ts';
import { checkIntegrity } from '../query/integrity.ts';
import { SealWorker } from './seal-worker.ts';

/** Posts `count` transfers in one commit. */
async function postTransfers(family: Family, count: number): Promise<void> {
  const input = { masterId: family.master, fromEmail: 'alice@example.com', toEmail: 'bob@example.com' };
  const amount = { coefficient: 1n, scale: 8 };
  const execution = { command: transferBetweenAccounts, input: { ...input, asset: 'BTC', amount } };
  const outcomes = await family.store.execute(Array.from({ length: count }, () => execution));
  assert.ok(outcomes.every((outcome) => 'done' in outcome));
}

function createSealer(family: Family, yieldNow: () => Promise<void> = async () => {}): SealWorker {
  return new SealWorker({
    reads: family.store.reads,
    commands: submitting(family),
    yieldNow,
    stopping: neverStopping,
  });
}

async function sealedUpTo(family: Family): Promise<number[]> {
  return (await family.rows('transfer_seals')).map((seal) => seal.lastSeq);
}

async function assertChainVerified(family: Family, sealed: number): Promise<void> {
  const { chain, ok } = await checkIntegrity(family.store.reads, family.store.catalog());
  assert.deepEqual([chain.verified, chain.sealed, ok], [true, sealed, true]);
}

test('transfers are sealed in order, at most 2,000 to a seal, and the chain verifies', async () => {
  const family = await openFamily();
  await family.credit('alice', 'BTC', '1');
  let yields = 0;
  const sealer = createSealer(family, async () => {
    yields += 1;
  });
  await sealer.sealNew();
  assert.deepEqual(await sealedUpTo(family), [1]);
  await postTransfers(family, 4_500);
  await sealer.sealNew();
  assert.deepEqual(await sealedUpTo(family), [1, 2001, 4001, 4501]);
  assert.equal(yields, 18, 'other work runs after each full page of 250 transfers');
  await sealer.sealNew();
  assert.equal((await sealedUpTo(family)).length, 4, 'without new transfers there is no new seal');
  await assertChainVerified(family, 4501);
});

test('two concurrent sealers leave one valid chain: the slower one continues from the seal of the other', async () => {
  const family = await openFamily();
  await family.credit('alice', 'BTC', '1');
  let overtaken = false;
  const slow = createSealer(family, async () => {
    if (overtaken) return;
    overtaken = true;
    // After its first page, another sealer seals everything, and more transfers are posted.
    await createSealer(family).sealNew();
    await postTransfers(family, 100);
  });
  await postTransfers(family, 300);
  await slow.sealNew();
  assert.deepEqual(await sealedUpTo(family), [301], 'the seal computed from the older head is rejected');
  await slow.sealNew();
  assert.deepEqual(await sealedUpTo(family), [301, 401]);
  await assertChainVerified(family, 401);
});
