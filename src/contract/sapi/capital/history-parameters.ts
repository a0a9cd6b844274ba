import { optional } from '../../schema.ts';

/** Default and maximum of `limit`. */
export const capitalPageLimit = 1000;

export const capitalHistoryDays = 90;

/** The interval and the page of a history, which has the newest rows first. */
export const capitalHistory = {
  startTime: optional.long({
    description: `Earliest time, inclusive (ms). ${capitalHistoryDays} days before endTime, or now, when absent.`,
  }),
  endTime: optional.long({
    description: `Latest time, inclusive (ms), at most ${capitalHistoryDays} days after startTime.`,
  }),
  offset: optional.integer({
    description: 'Number of rows to skip, from the newest.',
    minimum: 0,
    maximum: 1_000_000,
  }),
  limit: optional.integer({
    description: `Maximum number of rows; ${capitalPageLimit} when absent.`,
    minimum: 1,
    maximum: capitalPageLimit,
  }),
};
