import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SeqRange } from '../store/logged-events.ts';
import type { EventPage } from '../store/reads/events.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';
import { EventLogCheck } from './integrity-events.ts';

const rowOf = (seq: number, transfers: readonly SeqRange[]): Row<'event_log'> => ({
  seq,
  at: 1,
  transfers,
  events: [],
});

/** Checks a log, given as the transfers of its rows, of which those up to `prunedUpTo` were deleted. */
async function check(
  log: readonly (readonly SeqRange[])[],
  transfers: readonly number[],
  pruned?: { readonly rows: number; readonly lastTransfer: number },
): Promise<readonly string[]> {
  const found: string[] = [];
  const rows = log.map((each, index) => rowOf(index + 1, each)).slice(pruned?.rows ?? 0);
  const reads = {
    async eventsAfter(seq: number, limit: number): Promise<EventPage> {
      if (pruned && seq < pruned.rows) {
        return { kind: 'pruned', firstSeq: pruned.rows + 1, lastTransfer: pruned.lastTransfer };
      }
      return { kind: 'events', rows: rows.filter((row) => row.seq > seq).slice(0, limit) };
    },
  } as Reads;
  const checking = new EventLogCheck(({ subject, found: what }) => found.push(`${subject}: ${what}`));
  await checking.readLog(reads, 2, async () => {});
  for (const seq of transfers) checking.take([{ seq } as Row<'transfers'>]);
  checking.finish();
  return found;
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test('each transfer is in one row, in whatever order the rows have them', async () => {
  assert.deepEqual(await check([[[1, 3]], [], [[4, 4]], [[5, 9]]], upTo(9)), []);
  const interleaved = [
    [
      [7, 8],
      [3, 4],
    ],
    [[1, 2]],
    [[9, 9]],
    [
      [5, 6],
      [10, 10],
    ],
  ] as const;
  assert.deepEqual(await check(interleaved, upTo(10)), []);
});

test('numbers that no commit used are no mismatch', async () => {
  assert.deepEqual(await check([[[1, 2]], [[5, 6]]], [1, 2, 5, 6]), []);
});

test('a transfer in no row, one in two rows, and a logged one that does not exist', async () => {
  assert.deepEqual(await check([[[1, 2]], [[4, 5]]], upTo(5)), ['transfer 3: in none']);
  assert.deepEqual(await check([[[1, 3]], [[3, 4]]], upTo(4)), [
    'transfers 3 to 4: also in row 2',
    'transfer 4: in none',
  ]);
  assert.deepEqual(await check([[[1, 3]], [[1, 5]]], upTo(3)), ['transfers 1 to 5: also in row 2']);
  assert.deepEqual(await check([[[1, 6]]], [1, 2, 5]), [
    'transfers 3 to 4: no such transfers',
    'transfer 6: no such transfers',
  ]);
});

test('transfers of deleted rows are not missed, but later ones are', async () => {
  const log = [[[1, 2]], [[5, 6]], [[3, 4]], [[7, 8]]] as const;
  assert.deepEqual(await check(log, upTo(9), { rows: 2, lastTransfer: 6 }), ['transfer 9: in none']);
});
