import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Family, neverStopping, openFamily, submitting } from '../../test/support/command-world.ts';
import { type EventLogLimits, EventLogWorker } from './event-log-worker.ts';

const hourMs = 3_600_000;

async function prune(family: Family, limits: EventLogLimits): Promise<void> {
  const parts = {
    reads: family.store.reads,
    commands: submitting(family),
    clock: family.clock,
    stopping: neverStopping,
  };
  await new EventLogWorker(parts, limits).pruneOld();
}

/** The numbers that are left, and what a reader from the beginning is told. */
async function left(family: Family) {
  const page = await family.store.reads.eventsAfter(0, 5000);
  if (page.kind === 'events') return { seqs: page.rows.map(({ seq }) => seq) };
  const rest = await family.store.reads.eventsAfter(page.firstSeq - 1, 5000);
  assert.ok(rest.kind === 'events');
  return { firstSeq: page.firstSeq, seqs: rest.rows.map(({ seq }) => seq) };
}

async function creditTimes(family: Family, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await family.credit('alice', 'BTC', '1');
}

test('events older than the limit are deleted, younger ones stay, and a second run deletes nothing', async () => {
  const family = await openFamily();
  await creditTimes(family, 3);
  const { seqs } = await left(family);
  const last = seqs.at(-1) ?? 0;
  family.nowMs += hourMs + 1;
  await creditTimes(family, 2);
  for (let runs = 0; runs < 2; runs += 1) {
    await prune(family, { keptMs: hourMs, keptRows: 1000 });
    assert.deepEqual(await left(family), { firstSeq: last + 1, seqs: [last + 1, last + 2] });
  }
});

test('a log with more rows than the limit keeps the newest, however many there are', async () => {
  const family = await openFamily();
  await creditTimes(family, 600);
  const { seqs } = await left(family);
  const newest = seqs.at(-1) ?? 0;
  await prune(family, { keptMs: hourMs, keptRows: 5 });
  assert.deepEqual((await left(family)).seqs, seqs.slice(-5));
  assert.equal((await left(family)).firstSeq, newest - 4);
});

test('a log whose rows are all too old is pruned to its mark, and continues after it', async () => {
  const family = await openFamily();
  await creditTimes(family, 3);
  const newest = (await left(family)).seqs.at(-1) ?? 0;
  family.nowMs += hourMs + 1;
  await prune(family, { keptMs: hourMs, keptRows: 1000 });
  assert.deepEqual(await left(family), { firstSeq: newest + 1, seqs: [] });
  await creditTimes(family, 1);
  assert.deepEqual(await left(family), { firstSeq: newest + 1, seqs: [newest + 1] });
});
