/** The interval of a history: checks it against the window of the operation, and completes it. */
import type { CustomerRejection } from '../contract/customer-errors.ts';
import { reject } from '../contract/errors.ts';
import type { TimeWindow } from '../contract/operation.ts';

const hoursPerDay = 24;
const dayMs = hoursPerDay * 3_600_000;

type Interval = {
  startTime?: unknown;
  endTime?: unknown;
  readonly withdrawOrderId?: unknown;
};

/**
 * Without `startTime` the interval ends at `endTime`, or now, and has the default length. Without `endTime` it is open,
 * and `startTime` may be at most the longest interval ago. An interval of exactly the longest length is accepted, and
 * `endTime` may be in the future.
 *
 * Sets `startTime`. @returns the rejection of an interval that is too long.
 */
export function completeInterval(
  values: Interval,
  window: TimeWindow,
  nowMs: number,
): CustomerRejection | undefined {
  const { days, defaultDays, error } = windowFor(values, window);
  const { startTime, endTime } = values;
  const end = typeof endTime === 'number' ? endTime : nowMs;
  if (typeof startTime !== 'number') {
    values.startTime = Math.max(0, end - defaultDays * dayMs);
    return undefined;
  }
  if (end - startTime <= days * dayMs) return undefined;
  return error === 'history-interval-too-long' ? reject(error) : reject(error, { hours: days * hoursPerDay });
}

function windowFor(
  { withdrawOrderId }: Interval,
  window: TimeWindow,
): Required<Omit<TimeWindow, 'withOrderIdDays'>> {
  const { days, defaultDays = days, withOrderIdDays: shorter, error } = window;
  return shorter === undefined || withdrawOrderId === undefined
    ? { days, defaultDays, error }
    : { days: shorter, defaultDays: shorter, error: 'interval-too-long' };
}
