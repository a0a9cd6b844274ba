import { optional } from './schema.ts';

/** The time range of every history. */
export const timeRange = {
  startTime: optional.long({ description: 'Earliest time, inclusive (ms).' }),
  endTime: optional.long({ description: 'Latest time, inclusive (ms).' }),
};
