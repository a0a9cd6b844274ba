import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ManualClock } from '../../../test/support/manual-clock.ts';
import { catalogOf } from '../../domain/catalog/catalog.ts';
import type { OperatorParts } from '../handler.ts';
import { ReadPace } from '../lists/read-pace.ts';
import { rehearsePolicy } from './policy-rehearsal.ts';

test('a process runs one rehearsal at a time, also after one that failed', async () => {
  const catalog = catalogOf({ assets: [], networks: [], prices: [], symbols: [], settings: [] });
  const pages: PromiseWithResolvers<readonly []>[] = [];
  const reads = {
    withdrawalsBefore: () => {
      const page = Promise.withResolvers<readonly []>();
      pages.push(page);
      return page.promise;
    },
    emailsOf: async () => new Map(),
  };
  const clock = new ManualClock();
  const idle = { waitingCommands: () => 0, submittedCommands: () => 0 };
  const readPace = new ReadPace(clock.monotonic, idle);
  const parts = { limitedReads: reads, readPace, catalog: () => catalog, clock } as unknown as OperatorParts;
  const operator = { actor: 'bootstrap', reason: '' };
  const rehearse = async () =>
    (await rehearsePolicy.handle(
      { path: {}, query: {}, body: { rules: [] } } as never,
      operator,
      parts,
      {} as never,
    )) as Readonly<Record<string, unknown>>;
  const failing = rehearse();
  await turn();
  assert.deepEqual((await rehearse()).details, {
    reason: 'Another rehearsal is running; try again when it has ended.',
  });
  pages[0]?.reject(new Error('the store is gone'));
  await assert.rejects(failing, /the store is gone/);
  const next = rehearse();
  await turn();
  pages[1]?.resolve([]);
  assert.equal((await next).isComplete, true);
});

test('after a minute a rehearsal ends with what it has considered, and says since when', async () => {
  const catalog = catalogOf({ assets: [], networks: [], prices: [], symbols: [], settings: [] });
  const clock = new ManualClock();
  const nowMs = clock.world.now();
  const page = (before: number) =>
    Array.from({ length: 100 }, (_, index) => {
      const age = Number.MAX_SAFE_INTEGER - before + index + 1;
      return { seq: before - index - 1, asset: 'X', network: 'X', amount: 1n, appliedAt: nowMs - age };
    });
  const limitedReads = {
    withdrawalsBefore: async (before: number) => {
      clock.advance(15_000);
      return page(before);
    },
    emailsOf: async () => new Map(),
  };
  const readPace = new ReadPace(clock.monotonic, { waitingCommands: () => 0, submittedCommands: () => 0 });
  const parts = { limitedReads, readPace, catalog: () => catalog, clock } as unknown as OperatorParts;
  const input = { path: {}, query: {}, body: { rules: [] } } as never;
  const reply = await rehearsePolicy.handle(input, { actor: 'bootstrap', reason: '' }, parts, {} as never);
  const { isComplete, passed, from } = reply as Readonly<Record<string, unknown>>;
  assert.deepEqual([isComplete, passed], [false, { count: 301, valueUsd: '0' }]);
  assert.equal(from, nowMs - 301);
});
