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
