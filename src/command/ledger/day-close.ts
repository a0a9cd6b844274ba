/**
 * Closes a day of the ledger in three steps: the day gets the number of its last transfer, then the balances that
 * changed in it get their closings, and then it is complete. The first step is never changed, so that a process that
 * continues the work of another computes the same closings.
 */
import { closedDay } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';

/** @returns the last transfer of the day: that of the row if the day has one already. */
export const beginClosingDay: Command<
  { readonly day: number; readonly lastSeq: number },
  { readonly lastSeq: number }
> = {
  name: 'day-close-begin',
  prefetch: [({ day }) => [closedDay(day)]],
  decide({ day, lastSeq }, rows) {
    const known = rows.one(closedDay(day));
    if (known !== undefined) return { reply: { lastSeq: known.lastSeq }, writes: [] };
    return {
      reply: { lastSeq },
      writes: [{ insert: 'closed_days', row: { day, lastSeq, complete: false } }],
    };
  },
};

export const recordClosings: Command<
  { readonly closings: readonly Row<'closing_balances'>[] },
  { readonly recorded: number }
> = {
  name: 'day-close-record',
  prefetch: [],
  decide: ({ closings }) => ({
    reply: { recorded: closings.length },
    writes: closings.map((row) => ({ put: 'closing_balances' as const, row })),
  }),
};

export const completeClosedDay: Command<{ readonly day: number }, { readonly day: number }> = {
  name: 'day-close-complete',
  prefetch: [({ day }) => [closedDay(day)]],
  decide: ({ day }) => ({
    reply: { day },
    writes: [{ update: 'closed_days', key: { day }, set: { complete: true } }],
  }),
};

/** Closes days without transfers, which are consecutive and have no row; up to the first that has one. */
export const closeEmptyDays: Command<
  { readonly days: readonly number[]; readonly lastSeq: number },
  { readonly closed: number }
> = {
  name: 'day-close-empty',
  prefetch: [({ days }) => days.map(closedDay)],
  decide({ days, lastSeq }, rows) {
    const known = days.findIndex((day) => rows.one(closedDay(day)) !== undefined);
    const missing = known < 0 ? days : days.slice(0, known);
    return {
      reply: { closed: missing.length },
      writes: missing.map((day) => ({ insert: 'closed_days', row: { day, lastSeq, complete: true } })),
    };
  },
};
