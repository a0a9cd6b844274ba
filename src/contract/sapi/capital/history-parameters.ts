import { optional } from '../../schema.ts';

/** Default and maximum of `limit`. */
export const capitalPageLimit = 1000;

export const capitalHistoryDays = 90;

/** Which deposits a history shows. */
export const depositFilter = {
  coin: optional.string({ description: 'Only this asset.', maximum: 20 }),
  status: optional.integer({
    description:
      '0: pending, 1: success, 2: rejected, 6: credited but cannot withdraw, 7: wrong deposit, 8: waiting for confirmation by the user; 2, 7 and 8 do not occur here. All when absent.',
    allowed: [0, 1, 2, 6, 7, 8],
  }),
  txId: optional.string({ description: 'Only the deposits of this transaction.', maximum: 256 }),
};

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
