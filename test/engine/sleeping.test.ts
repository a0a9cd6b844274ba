/** An engine that sleeps: what becomes due meanwhile is done at its time when it wakes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../src/clock/clock.ts';
import { LabClock } from '../../src/clock/lab-clock.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import { advanceTo } from '../../src/engine/catch-up.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { SleepingEngine } from '../../src/engine/sleeping-engine.ts';
import { buildStandardWorld, outsideAddresses } from '../support/standard-world.ts';
import { done } from '../support/world.ts';
import { decimal, operator } from '../support/world-plan.ts';

const startMs = Date.UTC(2027, 0, 1, 12);
const hourMs = 3_600_000;
const blockMs = 60_000;
const fail = (what: unknown, message?: string) => {
  throw what instanceof Error ? what : new Error(`${what}: ${message}`);
};
const listener = { onChanged: () => {}, onFault: fail, onFatal: fail };

/** An engine that sleeps over the standard world, on a machine whose time is moved by hand. */
async function sleeping(onFault: (what: unknown) => void = fail) {
  const machine = { nowMs: startMs };
  const wire = { now: () => machine.nowMs };
  const clock = new LabClock({ ...systemClock, wire } satisfies Clock);
  const first = await LocalEngine.open({ ...listener, clock, location: { memory: true }, blockMs: 0 });
  const { alice } = await buildStandardWorld(first);
  const image = await first.closeToImage();
  let ids = 0;
  const engine = new SleepingEngine({
    ...listener,
    onFault,
    clock,
    rest: { image, atMs: startMs },
    blockMs,
    randomHex: () => {
      ids += 1;
      return `${ids}`.padStart(20, '0');
    },
    onWake: async () => {},
  });
  return { machine, clock, engine, alice };
}

test('a sleeping engine wakes when it is used, and sleeps without connections', async () => {
  const { engine, alice } = await sleeping();
  try {
    assert.equal(engine.isAwake, false);
    const [one, other] = await Promise.all([
      engine.reads.row('accounts', { id: alice.accountId }),
      engine.reads.rows('accounts', {}),
    ]);
    assert.equal(one?.id, alice.accountId);
    assert.ok(other.length > 0);
    assert.equal(engine.isAwake, true);
    await engine.sleep();
    assert.equal(engine.isAwake, false);
    assert.throws(() => engine.catalog(), /sleeps/);
  } finally {
    await engine.close();
  }
  await assert.rejects(engine.reads.rows('accounts', {}), /closed/);
});

test('blocks and the confirmations they bring have their due times, although the engine slept', async () => {
  const { machine, clock, engine, alice } = await sleeping();
  try {
    const [address = ''] = outsideAddresses.ETH ?? [];
    const order = { accountId: alice.accountId, asset: 'ETH', address, amount: decimal('1') };
    const { id } = await done(engine.commands.submit('submitWithdrawal', order));
    await engine.world.noteWorldTime();
    assert.equal((await engine.reads.row('withdrawals', { id }))?.stage, 'broadcast');
    assert.equal(await engine.isBusy(blockMs), true);
    await engine.sleep();
    machine.nowMs += hourMs;
    const row = await engine.reads.row('withdrawals', { id });
    assert.deepEqual([row?.stage, row?.settledAt], ['completed', startMs + 2 * blockMs]);
    assert.equal(clock.world.now(), startMs + hourMs);
    const heights = await engine.chainService.heights();
    assert.deepEqual([...new Set(heights.map(({ height }) => height))], [hourMs / blockMs]);
    assert.ok(heights.some(({ network }) => network === 'ETH'));
  } finally {
    await engine.close();
  }
});

test('a frozen time does not move while the engine sleeps', async () => {
  const { machine, clock, engine } = await sleeping();
  try {
    await engine.reads.rows('accounts', {});
    clock.time.state = { frozenAt: startMs, aheadMs: 0, wire: 'machine' };
    await engine.sleep();
    machine.nowMs += hourMs;
    const heights = await engine.chainService.heights();
    assert.equal(clock.world.now(), startMs);
    await engine.sleep();
    assert.deepEqual(await engine.chainService.heights(), heights);
  } finally {
    await engine.close();
  }
});

type Sleeping = Awaited<ReturnType<typeof sleeping>>;

/** Lets a minute pass in which all tasks run. */
async function passMinute({ engine, clock, machine }: Sleeping): Promise<void> {
  clock.time.state = { frozenAt: clock.world.now(), aheadMs: 0, wire: 'machine' };
  const toMs = clock.world.now() + blockMs;
  await advanceTo(engine, toMs);
  clock.time.state = { frozenAt: null, aheadMs: toMs - machine.nowMs, wire: 'machine' };
  await engine.world.noteWorldTime();
}

type Chain = SleepingEngine['chainService'];
type Wait = {
  readonly what: string;
  readonly begin: (chain: Chain, withdrawalId: string) => Promise<unknown>;
  readonly end: (chain: Chain, withdrawalId: string) => Promise<unknown>;
};

const waits: readonly Wait[] = [
  {
    what: 'its transaction is held',
    begin: (chain, withdrawalId) => chain.controlTransaction({ withdrawalId }, 'hold', operator),
    end: (chain, withdrawalId) => chain.controlTransaction({ withdrawalId }, 'release', operator),
  },
  {
    what: 'its network has no blocks',
    begin: (chain) => chain.switchChain('ETH', { auto: false }),
    end: (chain) => chain.switchChain('ETH', { auto: true }),
  },
  ...(['not-done', 'unknown'] as const).map((node) => ({
    what: `its node fails (${node})`,
    begin: (chain: Chain) => chain.switchChain('ETH', { node }),
    end: (chain: Chain) => chain.switchChain('ETH', { node: 'up' }),
  })),
];

for (const { what, begin, end } of waits)
  test(`a withdrawal does not keep the engine awake while ${what}, and is paid afterwards`, async () => {
    const world = await sleeping(() => {});
    const { engine, alice, machine } = world;
    try {
      const [address = ''] = outsideAddresses.ETH ?? [];
      const order = { accountId: alice.accountId, asset: 'ETH', address, amount: decimal('1') };
      const { id } = await done(engine.commands.submit('submitWithdrawal', order));
      await engine.world.noteWorldTime();
      assert.equal(await engine.isBusy(blockMs), true);
      await begin(engine.chainService, id);
      await passMinute(world);
      assert.equal(await engine.isBusy(blockMs), false);
      await engine.sleep();
      machine.nowMs += hourMs;
      assert.equal((await engine.reads.row('withdrawals', { id }))?.stage, 'broadcast');
      await end(engine.chainService, id);
      assert.equal(await engine.isBusy(blockMs), true);
      await passMinute(world);
      await passMinute(world);
      assert.equal((await engine.reads.row('withdrawals', { id }))?.stage, 'completed');
    } finally {
      await engine.close();
    }
  });

test('a timer of the world that is due later does not keep the engine awake, and wakes it', async () => {
  const world = await sleeping();
  const { engine, clock, machine } = world;
  let cancel = () => {};
  try {
    await passMinute(world);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    cancel = clock.world.after(500, () => resolve(engine.reads.rows('accounts', {})));
    assert.equal(await engine.isBusy(500), true);
    assert.equal(await engine.isBusy(499), false);
    await engine.sleep();
    assert.equal(engine.isAwake, false);
    machine.nowMs += 500;
    const slowly = pause(20_000, 'the timer did not run', { ref: false });
    assert.notEqual(await Promise.race([promise, slowly]), 'the timer did not run');
    assert.equal(engine.isAwake, true);
  } finally {
    // Otherwise a failure of this test would never end.
    cancel();
    await engine.close();
  }
});
