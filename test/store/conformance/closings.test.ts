/** The integrity check of closing balances, over days that the worker closed. */
import assert from 'node:assert/strict';
import { checkIntegrity } from '../../../src/query/integrity.ts';
import type { Command, Write } from '../../../src/store/port.ts';
import { DayWorker } from '../../../src/worker/day-worker.ts';
import { neverStopping, openStoreWorld, type StoreWorld } from '../../support/store-world.ts';
import { conformance, type Site } from './stores.ts';

const dayMs = 86_400_000;

async function closeDays(world: StoreWorld, { clock }: Site): Promise<void> {
  const worker = new DayWorker({
    reads: world.store.reads,
    commands: world.commands,
    clock: { world: { ...world.clock.world, now: () => clock.ms } },
    yieldNow: async () => {},
    stopping: neverStopping,
  });
  await worker.closeDays();
}

const writing = (...writes: Write[]): { command: Command<null, null>; input: null } => ({
  command: { name: 'test', prefetch: [], decide: () => ({ reply: null, writes }) },
  input: null,
});

async function mismatchesOf(world: StoreWorld) {
  const { mismatches } = await checkIntegrity(world.store.reads, world.store.catalog());
  return mismatches.map(({ check, subject, expected, found }) => [
    check,
    subject.replace(/\d{4}-\d\d-\d\d$/, 'DATE'),
    expected,
    found,
  ]);
}

conformance('closings are recomputed, over days with and without transfers', async (site, store) => {
  const world = await openStoreWorld(store);
  const day = Math.floor(site.clock.ms / dayMs);
  for (const days of [1, 1, 3]) {
    await world.credit('alice', 'BTC', '1');
    await world.credit('bob', 'ADA', '2');
    site.clock.ms += days * dayMs;
  }
  await closeDays(world, site);
  await world.credit('alice', 'BTC', '4');
  assert.equal((await world.rows('closed_days')).length, 5);
  assert.deepEqual(await mismatchesOf(world), []);

  const closing = { accountId: world.alice, asset: 'BTC', wallet: 'spot' as const, day: day + 1 };
  await world.store.execute([
    writing({ update: 'closing_balances', key: closing, set: { free: 3_00000000n } }),
  ]);
  const subject = `${world.alice}:spot BTC at the end of DATE`;
  const two = 'free 2, held 0';
  const three = 'free 3, held 0';
  assert.deepEqual(await mismatchesOf(world), [['closing', subject, two, three]]);

  await world.store.execute([writing({ delete: 'closing_balances', key: closing })]);
  assert.deepEqual(await mismatchesOf(world), [['closing', subject, two, 'none']]);
});

conformance('a day that is being closed may have some of its closings', async (site, store) => {
  const world = await openStoreWorld(store);
  await world.credit('alice', 'BTC', '1');
  await world.credit('bob', 'BTC', '1');
  const day = Math.floor(site.clock.ms / dayMs);
  const row = { accountId: world.alice, asset: 'BTC', wallet: 'spot' as const, day, held: 0n };
  const [, last] = await world.rows('transfers');
  await world.commands.submit('beginClosingDay', { day, lastSeq: Number(last?.seq) });
  await world.commands.submit('recordClosings', { closings: [{ ...row, free: 1_00000000n }] });
  assert.deepEqual(await mismatchesOf(world), []);
  await world.commands.submit('completeClosedDay', { day });
  assert.deepEqual(await mismatchesOf(world), [
    ['closing', `${world.bob}:spot BTC at the end of DATE`, 'free 1, held 0', 'none'],
  ]);
});
