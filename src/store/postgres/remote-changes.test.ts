import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventPage } from '../reads/events.ts';
import { RemoteChanges } from './remote-changes.ts';

/** The numbers after which the log was read, and what was applied. */
function applying(page: EventPage | Error) {
  const readAfter: number[] = [];
  const applied: unknown[] = [];
  const reads = {
    async eventsAfter(seq: number) {
      readAfter.push(seq);
      if (page instanceof Error) throw page;
      return page;
    },
  };
  const changes = new RemoteChanges(reads, async (changed, named) => {
    applied.push([[...changed].sort().join(), named]);
  });
  return { changes, readAfter, applied };
}

const everything = ['accounts,api_keys,assets,bans,networks,prices,settings,symbols', 'everything'];
const revoked = { event: 'key-revoked', apiKey: 'k' } as const;

test('the changes that the announced row names are applied, except those that concern no cache', async () => {
  const broadcast = { event: 'withdrawal-stage', stage: 'broadcast', ids: ['w'] } as const;
  const row = { seq: 7, at: 1, transfers: [], events: [broadcast, revoked] };
  const { changes, readAfter, applied } = applying({ kind: 'events', rows: [row] });
  await changes.apply(7);
  assert.deepEqual([readAfter, applied], [[6], [['api_keys', [revoked]]]]);
  assert.equal(changes.hasMissed, false);
});

for (const [what, page] of [
  ['has been pruned', { kind: 'pruned', firstSeq: 9, lastTransfer: 20 }],
  ['is not there', { kind: 'events', rows: [] }],
  ['has another number', { kind: 'events', rows: [{ seq: 8, at: 1, transfers: [], events: [revoked] }] }],
] as const satisfies readonly (readonly [string, EventPage])[]) {
  test(`everything may have changed if the announced row ${what}`, async () => {
    const { changes, applied } = applying(page);
    await changes.apply(7);
    assert.deepEqual(applied, [everything]);
  });
}

test('everything may have changed after announcements were missed', async () => {
  const { changes, readAfter, applied } = applying({ kind: 'events', rows: [] });
  await changes.apply('missed');
  assert.deepEqual([readAfter, applied], [[], [everything]]);
});

test('a row that cannot be read counts as missed', async () => {
  const { changes, applied } = applying(new Error('the database is unavailable'));
  await changes.apply(7);
  assert.deepEqual([changes.hasMissed, applied], [true, []]);
});
