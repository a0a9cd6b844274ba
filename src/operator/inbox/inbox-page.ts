/**
 * A page of the inbox: the sources are merged, oldest first. The cursor is the place in each source, so that items that
 * somebody decides meanwhile do not shift the others.
 */
import { present } from '../../boundary/present.ts';
import type { Operator } from '../../command/unit-of-work.ts';
import { isRejection } from '../../contract/errors.ts';
import type { OperatorParts } from '../handler.ts';
import { listKey, readCursor, writeCursor } from '../lists/cursor.ts';
import type { InboxItem, InboxKind, InboxSource, Waiting } from './inbox-source.ts';

export type InboxQuery = {
  readonly kind?: InboxKind;
  readonly limit?: number;
  readonly cursor?: string;
};

const defaultLimit = 50;

export async function inboxPage(
  sources: readonly InboxSource[],
  query: InboxQuery,
  viewer: Operator,
  parts: OperatorParts,
) {
  const { kind, limit = defaultLimit } = query;
  const read = sources.filter((source) => kind === undefined || source.kind === kind);
  const key = listKey('listInbox', query);
  const cursor = query.cursor === undefined ? undefined : readCursor(key, query.cursor, 2 * read.length);
  if (isRejection<'operator-invalid'>(cursor)) return cursor;
  const afters = read.map((_, index) => ({
    since: cursor?.[2 * index] ?? 0,
    seq: cursor?.[2 * index + 1] ?? 0,
  }));
  const queues = await Promise.all(
    read.map((source, index) => source.read(parts, present(afters[index]), limit + 1)),
  );
  const taken = merge(queues, limit);
  const places = taken.flatMap((count, index) => {
    const { since, seq } = queues[index]?.[count - 1] ?? present(afters[index]);
    return [since, seq];
  });
  const hasMore = taken.some((count, index) => count < (queues[index]?.length ?? 0));
  const rendered = await Promise.all(
    read.map((source, index) => render(source, queues[index]?.slice(0, taken[index]) ?? [], viewer, parts)),
  );
  const items = rendered.flat().sort((one, other) => one.since - other.since);
  return { items, nextCursor: hasMore ? writeCursor(key, places) : null };
}

/** @returns how many of each queue are among the oldest. */
function merge(queues: readonly (readonly Waiting[])[], limit: number): readonly number[] {
  const taken = queues.map(() => 0);
  const head = (index: number) => queues[index]?.[taken[index] ?? 0]?.since ?? Number.POSITIVE_INFINITY;
  for (let count = 0; count < limit; count += 1) {
    const oldest = queues.reduce((best, _, index) => (head(index) < head(best) ? index : best), 0);
    if (head(oldest) === Number.POSITIVE_INFINITY) break;
    taken[oldest] = (taken[oldest] ?? 0) + 1;
  }
  return taken;
}

async function render(
  source: InboxSource,
  waiting: readonly Waiting[],
  viewer: Operator,
  parts: OperatorParts,
): Promise<readonly InboxItem[]> {
  // cast: they are of this source.
  return waiting.length === 0 ? [] : source.render(parts, viewer, waiting as readonly Waiting<never>[]);
}
