import { optional } from '../schema.ts';

/** Maximum page size of lists for which the specification defines no limit. */
export const historyPageLimit = 10_000;

/**
 * deviation: histories accept `limit` and `offset`; the specification has no paging. Without `startTime` a page holds
 * the newest rows, oldest first; with it, the first rows from that time on.
 */
export const historyPaging = {
  offset: optional.integer({
    description: 'Number of rows to skip, counted from the end at which the page starts.',
    minimum: 0,
    maximum: 1_000_000,
  }),
  limit: optional.integer({ description: 'Maximum number of rows.', minimum: 1, maximum: historyPageLimit }),
};
