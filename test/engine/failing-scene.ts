/** A withdrawal that was sent, on engines of each store, and what may become of it when an operator fails it. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { PostgresSimulatedChain } from '../../src/chain/simulated/postgres-simulated-chain.ts';
import type { SimulatedChains } from '../../src/chain/simulated/simulated-chains.ts';
import { SqliteSimulatedChain } from '../../src/chain/simulated/sqlite-simulated-chain.ts';
import type { Clock } from '../../src/clock/clock.ts';
import { systemClock } from '../../src/clock/system-clock.ts';
import type { ErrorId } from '../../src/contract/errors.ts';
import { Engine } from '../../src/engine/engine.ts';
import type { Outcome } from '../../src/store/port.ts';
import { joinTestCluster } from '../support/database.ts';
import { databaseAt } from '../support/database-at.ts';
import { eventually } from '../support/eventually.ts';
import { assertCustodyMatches, assertLedgerBalances } from '../support/ledger-checks.ts';
import { skipWithoutPostgres } from '../support/postgres.ts';
import { buildWorld, done } from '../support/world.ts';
import { asset, decimal, network, operator, worldPlan } from '../support/world-plan.ts';

export const sky = 'SKY';
export const total = 100n * 10n ** 8n;
export const gross = 10n ** 8n;

/** No work is due by time: an engine looks for work when it is started, and queued withdrawals are sent. */
const still: Clock = {
  ...systemClock,
  world: { now: () => systemClock.world.now(), after: () => () => {}, every: () => () => {} },
};

/** A withdrawal that was sent, and two engines: of two processes on PostgreSQL, the same one on SQLite. */
export type Scene = {
  readonly a: Engine;
  readonly b: Engine;
  readonly id: string;
  readonly txId: string;
  readonly chain: SimulatedChains;
  /** Ends all engines and starts another one. */
  restart(): Promise<Engine>;
};

export const submitting = (engine: Engine) => engine.commits.priority('foreground');

function openEngine(location: { readonly folder: string } | { readonly postgres: string }): Promise<Engine> {
  const fail = (what: unknown, error?: unknown) => assert.fail(`${what}: ${error}`);
  const ignore = () => {};
  const listener = { onChanged: ignore, afterBatch: ignore, onBug: fail, onFault: fail };
  return Engine.open({ ...listener, clock: still, location, blockMs: 0 });
}

/** @param minConfirm confirmations that a withdrawal needs. */
export function scene(
  title: string,
  minConfirm: number,
  play: (scene: Scene, t: TestContext) => Promise<void>,
): void {
  for (const store of ['SQLite', 'PostgreSQL'] as const) {
    test(`${store}: ${title}`, { skip: store === 'PostgreSQL' && skipWithoutPostgres }, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'bursar-failing-'));
      const url =
        store === 'PostgreSQL' ? await (await joinTestCluster()).createMigratedDatabase() : undefined;
      const location = url === undefined ? { folder } : { postgres: url };
      const engines = new Set<Engine>();
      const open = async () => {
        const engine = await openEngine(location);
        engines.add(engine);
        return engine;
      };
      const close = async () => {
        for (const engine of engines) await engine.close();
        engines.clear();
      };
      const chain =
        url === undefined
          ? new SqliteSimulatedChain(join(folder, 'chain.sqlite'))
          : await PostgresSimulatedChain.open(databaseAt(url));
      try {
        const a = await open();
        const sent = await sendWithdrawal(a, chain, minConfirm);
        const b = url === undefined ? a : await open();
        const restart = async () => {
          await close();
          const engine = await open();
          engine.start();
          return engine;
        };
        await play({ a, b, ...sent, chain, restart }, t);
      } finally {
        await close();
        await chain.close();
        rmSync(folder, { recursive: true });
      }
    });
  }
}

const planWith = (minConfirm: number) =>
  worldPlan({
    assets: [[asset(sky, [network(sky, 'opaque', { minConfirm })]), null]],
    accounts: { ann: { balances: [`${sky} 100`] } },
  });

/** The chain has one block, which has been scanned. */
async function sendWithdrawal(engine: Engine, chain: SimulatedChains, minConfirm: number) {
  const commands = submitting(engine);
  const { ann } = await buildWorld({ commands, reads: engine.reads }, planWith(minConfirm));
  await engine.questions.mineBlocks(sky, 1);
  const order = { accountId: ann.accountId, asset: sky, address: 'far-away', amount: decimal('1') };
  const { id } = await done(commands.submit('submitWithdrawal', order));
  const { txId } = await eventually(
    () => rowOf(engine, id),
    ({ stage }) => stage === 'broadcast',
  );
  await eventually(
    () => chain.find(sky, [txId]),
    ([found]) => found?.state === 'pending',
  );
  return { id, txId };
}

export async function rowOf({ reads }: Engine, id: string) {
  const row = await reads.row('withdrawals', { id });
  assert.ok(row);
  return row;
}

export const stageOf = async (engine: Engine, id: string) => {
  const { stage, failure } = await rowOf(engine, id);
  return [stage, failure];
};

export async function chainStates({ a, id, chain }: Scene): Promise<readonly string[]> {
  const { txId } = await rowOf(a, id);
  const attempts = await a.reads.rows('withdrawal_attempts', { withdrawalId: id });
  const txIds = attempts.length > 0 ? attempts.map((each) => each.txId) : [txId];
  return (await chain.find(sky, txIds)).map(({ state }) => state);
}

export async function assertBalance(engine: Engine, free: bigint, held: bigint): Promise<void> {
  const row = await engine.reads.row('balances', { asset: sky });
  assert.deepEqual([row?.free, row?.held], [free, held]);
  await assertLedgerBalances(engine);
  await assertCustodyMatches(engine);
}

/** The withdrawal has failed, and stays so when blocks are mined. */
export async function assertFailed(scene: Scene, engine = scene.a): Promise<void> {
  assert.deepEqual(await stageOf(engine, scene.id), ['failed', operator.reason]);
  await engine.questions.mineBlocks(sky, 3);
  assert.deepEqual(new Set(await chainStates({ ...scene, a: engine })), new Set(['failed']));
  await assertBalance(engine, total, 0n);
}

/** The withdrawal is completed by one transaction once the next blocks are mined. */
export async function assertCompleted(scene: Scene, engine = scene.a): Promise<void> {
  await engine.questions.mineBlocks(sky, 3);
  assert.deepEqual(await stageOf(engine, scene.id), ['completed', null]);
  const states = await chainStates({ ...scene, a: engine });
  assert.equal(states.filter((state) => state === 'confirmed').length, 1, states.join());
  await assertBalance(engine, total - gross, 0n);
}

export function assertRejected(outcome: Outcome, error: ErrorId): void {
  assert.equal('rejected' in outcome && outcome.rejected, error, JSON.stringify(outcome));
}

type PausedCall = { readonly reached: Promise<void>; release(): void };

/** Pauses the next call of a chain's method, before it takes effect or before it returns. */
export function pauseNextCall(
  t: TestContext,
  method: 'failTransaction' | 'confirmedBetween',
  when: 'before' | 'after',
): PausedCall {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const pause = () => {
    reached.resolve();
    return released.promise;
  };
  let isPaused = false;
  for (const { prototype } of [SqliteSimulatedChain, PostgresSimulatedChain]) {
    type Method = (...args: unknown[]) => Promise<unknown>;
    const original = prototype[method] as Method;
    t.mock.method(prototype, method, async function (this: unknown, ...args: unknown[]) {
      if (isPaused) return original.apply(this, args);
      isPaused = true;
      if (when === 'before') await pause();
      const answer = await original.apply(this, args);
      if (when === 'after') await pause();
      return answer;
    } as never);
  }
  return { reached: reached.promise, release: released.resolve };
}
