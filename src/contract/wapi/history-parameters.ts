import { optional } from '../schema.ts';

/** Longest page of a list that the specification leaves without a limit. */
export const historyPageLimit = 10_000;

/** The bounds in time that all histories share. */
export const timeRange = {
  startTime: optional.long({ description: 'Earliest time, inclusive (ms).' }),
  endTime: optional.long({ description: 'Latest time, inclusive (ms).' }),
};

/**
 * deviation: histories take `limit` and `offset`; the specification's have no paging; without `startTime` the newest rows are answered, oldest
 * first, and with it the first rows from there on.
 */
export const historyPaging = {
  offset: optional.integer({
    description: 'Rows to skip, counted from the end that the page starts at.',
    minimum: 0,
    maximum: 1_000_000,
  }),
  limit: optional.integer({ description: 'Rows of a page.', minimum: 1, maximum: historyPageLimit }),
};
