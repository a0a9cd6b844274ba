/** The time of the world is moved by hand: every engine does the same work, in the same order, at the same times. */
import assert from 'node:assert/strict';
import { LabClock } from '../../src/clock/lab-clock.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import type { DoneWork } from '../../src/clock/world-timeline.ts';
import type { EnginePort } from '../../src/engine/engine-port.ts';
import { buildStandardWorld, outsideAddresses } from '../support/standard-world.ts';
import { done } from '../support/world.ts';
import { decimal, operator } from '../support/world-plan.ts';
import { onEveryEngine } from './engines.ts';

const startMs = Date.UTC(2027, 0, 1, 12);
const dayMs = 86_400_000;

/** Advances as the clock of the lab does: continues where the engine stopped to answer. */
async function advance(engine: EnginePort, toMs: number): Promise<readonly DoneWork[]> {
  const all: DoneWork[] = [];
  for (;;) {
    const { done: work, reachedMs } = await engine.world.advanceWorld(toMs);
    all.push(...work);
    if (reachedMs >= toMs) return all;
  }
}

const lines = (work: readonly DoneWork[]) =>
  work.map(({ at, what, id }) => `${(at - startMs) / 1000} ${what} ${id ?? ''}`.trimEnd());

onEveryEngine(
  'a withdrawal, a day and a quiet year are done at the same times in the same order',
  async (place) => {
    const clock = new LabClock(systemClock);
    clock.time.state = { frozenAt: startMs, aheadMs: 0, wire: 'machine' };
    const engine = await place.open({}, { clock, blockMs: 60_000 });
    const { commands, reads, world } = engine;
    // Resolves when the work of the start is done.
    await world.noteWorldTime();
    const { alice } = await buildStandardWorld(engine);
    const [address = ''] = outsideAddresses.ETH ?? [];
    const order = { accountId: alice.accountId, asset: 'ETH', address, amount: decimal('1') };
    const { id } = await done(commands.submit('submitWithdrawal', order));
    await world.noteWorldTime();
    assert.deepEqual(lines(await advance(engine, startMs + 2 * dayMs)), [
      '1 seals',
      '60 block ETH',
      '120 block ETH',
      '121 seals',
      // The events of the beginning, and of each block.
      '3660 event-log',
      '3720 event-log',
      '3780 event-log',
      '43260 closing-balances 2027-01-01',
    ]);
    const row = await reads.row('withdrawals', { id });
    assert.deepEqual([row?.stage, row?.appliedAt, row?.settledAt], ['completed', startMs, startMs + 120_000]);
    assert.equal(clock.world.now(), startMs + 2 * dayMs);
    // The quiet blocks until then were scanned, which is an event.
    const next = { at: startMs + 2 * dayMs + 3_660_000, what: 'event-log', id: null };
    assert.deepEqual(await world.nextDue(), next);
    const before = await engine.chainService.heights();
    assert.deepEqual(await advance(engine, startMs + 367 * dayMs), [next]);
    const after = await engine.chainService.heights();
    assert.deepEqual(
      after.map(({ network, height }, index) => [network, height - (before[index]?.height ?? 0)]),
      before.map(({ network }) => [network, 365 * 24 * 60]),
    );
    await done(commands.submit('putSettings', { operator, settings: { systemStatus: { status: 1 } } }));
    const { id: later } = await done(commands.submit('submitWithdrawal', order));
    assert.equal((await reads.row('withdrawals', { id: later }))?.appliedAt, startMs + 367 * dayMs);
  },
);

onEveryEngine('without the clock of a lab the time cannot be moved', async (place) => {
  const { world } = await place.open();
  await assert.rejects(world.advanceWorld(startMs), /cannot be moved/);
  await assert.rejects(world.nextDue(), /cannot be moved/);
});
