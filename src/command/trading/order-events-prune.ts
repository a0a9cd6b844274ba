/** Deletes order events that are too old for every indicator. */
import type { Command } from '../../store/port.ts';

export const pruneOrderEvents: Command<{ readonly seqs: readonly number[] }, { readonly pruned: number }> = {
  name: 'order-events-prune',
  prefetch: [],
  decide: ({ seqs }) => ({
    reply: { pruned: seqs.length },
    writes: seqs.map((seq) => ({ delete: 'order_events', key: { seq } })),
  }),
};
