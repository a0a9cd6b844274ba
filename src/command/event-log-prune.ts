/** Deletes the oldest rows of the event log. The newest of them becomes a mark, by which readers notice the deletion. */
import { eventNumbered } from '../store/lookups.ts';
import type { Command } from '../store/port.ts';

export type EventLogPruning = {
  /** The mark that is there, if any. */
  readonly previousMark: number | null;
  /** The oldest rows after it, in order; at least one. */
  readonly seqs: readonly number[];
  /** The highest number of a transfer of the rows deleted so far, with these; 0 if they have none. */
  readonly lastTransfer: number;
};

/** @returns how many rows were deleted; none if another process was faster. */
export const pruneEventLog: Command<EventLogPruning, { readonly pruned: number }> = {
  name: 'event-log-prune',
  prefetch: [({ seqs }) => [eventNumbered(seqs.at(-1) ?? 0)]],
  decide({ previousMark, seqs, lastTransfer }, rows) {
    const mark = seqs.at(-1) ?? 0;
    if (rows.one(eventNumbered(mark)) === undefined) return { reply: { pruned: 0 }, writes: [] };
    const deleted = [...(previousMark === null ? [] : [previousMark]), ...seqs.slice(0, -1)];
    return {
      reply: { pruned: seqs.length },
      writes: [
        ...deleted.map((seq) => ({ delete: 'event_log' as const, key: { seq } })),
        {
          update: 'event_log',
          key: { seq: mark },
          set: { transfers: [], events: [{ event: 'pruned' as const, lastTransfer }] },
        },
      ],
    };
  },
};
