import assert from 'node:assert/strict';
import { test } from 'node:test';
import { neverStopping, openStoreWorld, type StoreWorld } from '../../test/support/store-world.ts';
import { type EventLogLimits, EventLogWorker } from './event-log-worker.ts';

const hourMs = 3_600_000;

async function prune(world: StoreWorld, limits: EventLogLimits): Promise<void> {
  const parts = {
    reads: world.store.reads,
    commands: world.commands,
    clock: world.clock,
    stopping: neverStopping,
  };
  await new EventLogWorker(parts, limits).pruneOld();
}

/** The numbers of the remaining rows, and the reply to a reader that asks for all rows. */
async function left(world: StoreWorld) {
  const page = await world.store.reads.eventsAfter(0, 5000);
  if (page.kind === 'events') return { seqs: page.rows.map(({ seq }) => seq) };
  const rest = await world.store.reads.eventsAfter(page.firstSeq - 1, 5000);
  assert.ok(rest.kind === 'events');
  return { firstSeq: page.firstSeq, seqs: rest.rows.map(({ seq }) => seq) };
}

async function creditTimes(world: StoreWorld, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await world.credit('alice', 'BTC', '1');
}

test('events older than the limit are deleted, younger ones stay, and a second run deletes nothing', async () => {
  const world = await openStoreWorld();
  await creditTimes(world, 3);
  const { seqs } = await left(world);
  const last = seqs.at(-1) ?? 0;
  world.nowMs += hourMs + 1;
  await creditTimes(world, 2);
  for (let runs = 0; runs < 2; runs += 1) {
    await prune(world, { keptMs: hourMs, keptRows: 1000 });
    assert.deepEqual(await left(world), { firstSeq: last + 1, seqs: [last + 1, last + 2] });
  }
});

test('a log with more rows than the limit keeps the newest, however many there are', async () => {
  const world = await openStoreWorld();
  await creditTimes(world, 600);
  const { seqs } = await left(world);
  const newest = seqs.at(-1) ?? 0;
  await prune(world, { keptMs: hourMs, keptRows: 5 });
  assert.deepEqual((await left(world)).seqs, seqs.slice(-5));
  assert.equal((await left(world)).firstSeq, newest - 4);
});

test('a log whose rows are all too old is pruned to its mark, and continues after it', async () => {
  const world = await openStoreWorld();
  await creditTimes(world, 3);
  const newest = (await left(world)).seqs.at(-1) ?? 0;
  world.nowMs += hourMs + 1;
  await prune(world, { keptMs: hourMs, keptRows: 1000 });
  assert.deepEqual(await left(world), { firstSeq: newest + 1, seqs: [] });
  await creditTimes(world, 1);
  assert.deepEqual(await left(world), { firstSeq: newest + 1, seqs: [newest + 1] });
});
