import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { OperatorParts } from '../handler.ts';
import { inboxPage } from './inbox-page.ts';
import { type InboxItem, type InboxKind, inboxSource, oldestBehind, type Waiting } from './inbox-source.ts';

/** Their numbers are not in the order of their times, and several have the same time. */
const rowsOf = (kind: InboxKind, times: readonly number[]) =>
  times.map((since, index): Waiting<string> => ({ seq: index + 1, since, row: `${kind} ${index}` }));

function source(kind: InboxKind, rows: Waiting<string>[]) {
  return inboxSource<string>({
    kind,
    read: async (_parts, after, limit) => oldestBehind(rows, after, limit),
    render: async (_parts, _viewer, waiting) =>
      waiting.map(({ row, since }) => ({ id: row, kind, since }) as InboxItem),
  });
}

test('items are oldest first across pages, whatever their numbers, and none is lost when others are decided', async () => {
  const unknown = rowsOf('unknown-outcome', [500, 100, 300, 300, 200, 300]);
  const gone = rowsOf('reorganised-deposit', [250, 300, 50]);
  const expected = [...unknown, ...gone].map(({ since }) => since).sort((one, other) => one - other);
  const found: InboxItem[] = [];
  for (let cursor: string | undefined | null; cursor !== null; ) {
    const sources = [source('unknown-outcome', unknown), source('reorganised-deposit', gone)];
    const query = { limit: 2, ...(cursor && { cursor }) };
    const page = await inboxPage(sources, query, { actor: 'ann', reason: '' }, {} as OperatorParts);
    assert.ok('items' in page);
    found.push(...page.items);
    cursor = page.nextCursor;
    // Somebody decides what has been shown.
    for (const rows of [unknown, gone]) {
      const index = rows.findIndex(({ row }) => row === page.items[0]?.id);
      if (index >= 0) rows.splice(index, 1);
    }
  }
  assert.deepEqual(
    found.map(({ since }) => since),
    expected,
  );
  assert.equal(new Set(found.map(({ id }) => id)).size, expected.length);
});
