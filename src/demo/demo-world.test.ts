import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reads } from '../store/reads.ts';
import { hasOtherContent } from './demo-world.ts';

/** A database to which each read of its content adds the next of these tables. */
function growing(...added: readonly string[]): Pick<Reads, 'row'> {
  const waiting = [...added];
  const filled = new Set<string>();
  return {
    row: (async (table: string) => {
      const next = waiting.shift();
      if (next !== undefined) filled.add(next);
      return filled.has(table) ? {} : undefined;
    }) as Reads['row'],
  };
}

test('a demo world that another process creates meanwhile is no other content', async () => {
  assert.equal(await hasOtherContent(growing('nothing yet', 'settings', 'networks')), false);
  assert.equal(await hasOtherContent(growing('settings', 'networks', 'accounts')), false);
  assert.equal(await hasOtherContent(growing()), false);
});

test('content that no demo world has announced is other content', async () => {
  assert.equal(await hasOtherContent(growing('assets')), true);
  assert.equal(await hasOtherContent(growing('accounts', 'accounts', 'accounts')), true);
});
