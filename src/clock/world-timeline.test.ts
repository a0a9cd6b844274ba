import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock } from '../../test/support/manual-clock.ts';
import { LabClock } from './lab-clock.ts';
import { WorldTime } from './world-time.ts';

test('the time runs with the machine, stands still, and runs again from where it stopped', () => {
  const machine = new ManualClock();
  const time = new WorldTime(machine.wire);
  const startMs = machine.wire.now();
  machine.advance(10);
  assert.equal(time.now(), startMs + 10);
  time.state = { ...time.state, frozenAt: time.now() };
  machine.advance(90);
  assert.equal(time.now(), startMs + 10);
  time.state = time.runningFrom(time.now());
  machine.advance(5);
  assert.equal(time.now(), startMs + 15);
  assert.deepEqual(time.state, { frozenAt: null, aheadMs: -90, wire: 'machine' });
});

test('another thread sees the same state, whatever it is', () => {
  const { wire: machine } = new ManualClock({ worldMs: 1_700_000_000_001 });
  const own = new WorldTime(machine);
  const others = new WorldTime(machine, own.buffer);
  for (const frozenAt of [null, 0, 1, 1_700_000_000_003, 4_102_444_800_000])
    for (const aheadMs of frozenAt === null ? [0, 1, -1, -86_400_001, 3_000_000_000_000] : [0])
      for (const wire of ['machine', 'world'] as const) {
        own.state = { frozenAt, aheadMs, wire };
        assert.deepEqual(others.state, { frozenAt, aheadMs, wire });
        assert.equal(others.now(), frozenAt ?? machine.now() + aheadMs);
        assert.equal(others.wireNow(), wire === 'world' ? others.now() : machine.now());
      }
});

test('timers wait while the time stands still, and are due early when it is moved', async () => {
  const machine = new ManualClock();
  const { time, world } = new LabClock(machine);
  const startMs = time.now();
  const ran: string[] = [];
  world.after(100, () => ran.push('after'), { label: { what: 'effect', id: 'e_1' } });
  world.every(40, () => ran.push('every'));
  machine.advance(40);
  assert.deepEqual(ran.splice(0), ['every']);
  time.state = { ...time.state, frozenAt: time.now() };
  world.reset();
  assert.equal(machine.pending, 0);
  machine.advance(1000);
  assert.deepEqual(ran, []);
  const due = { at: startMs + 100, what: 'effect', id: 'e_1' };
  assert.deepEqual(world.next, due);
  time.state = { ...time.state, frozenAt: startMs + 100 };
  assert.deepEqual(await world.runNext(), due);
  await world.runPeriodic();
  assert.deepEqual(ran.splice(0), ['after', 'every']);
  assert.equal(world.next, undefined);
  time.state = time.runningFrom(startMs + 100);
  world.reset();
  machine.advance(39);
  assert.deepEqual(ran, []);
  machine.advance(1);
  assert.deepEqual(ran, ['every']);
});

test('a timer may wait longer than one of Node can, and never runs once it is cancelled', () => {
  const machine = new ManualClock();
  const { world } = new LabClock(machine);
  const ran: string[] = [];
  const yearMs = 365 * 86_400_000;
  world.after(yearMs, () => ran.push('late'));
  const cancel = world.after(yearMs, () => ran.push('cancelled'));
  cancel();
  machine.advance(yearMs - 1);
  assert.deepEqual(ran, []);
  machine.advance(1);
  assert.deepEqual(ran, ['late']);
  assert.equal(machine.pending, 0);
});
