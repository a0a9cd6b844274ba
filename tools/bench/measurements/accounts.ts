/** Measures how the peak rate depends on the number of accounts that withdraw. */
import { type Subject, withdrawals } from '../subject.ts';
import type { Row, Table } from '../table.ts';
import {
  describeWithdrawals,
  type Measurement,
  type MeasurementContext,
  runAccepted,
  usualAccounts,
} from './measurement.ts';

/** @param counts in ascending order; must contain the default number. */
export function growthByAccounts(counts: readonly number[]): Measurement {
  return {
    name: 'accounts',
    title: 'Growth by accounts',
    accounts: counts,
    run: async (subject, context) => {
      const table: Record<string, Row> = {};
      for (const count of counts) table[nameOf(count)] = await measure(subject, context, count);
      return { ...table, ...compareLast(table, counts) };
    },
  };
}

function measure(
  subject: Subject,
  { durationMs, progress }: MeasurementContext,
  count: number,
): Promise<Row> {
  return subject.withServer(count, async ({ server, keys }) => {
    const run = runAccepted(withdrawals(server, keys, { durationMs }));
    const result = await progress.during(`${subject.side} with ${nameOf(count)}`, run);
    return describeWithdrawals(server, result);
  });
}

function compareLast(table: Table, counts: readonly number[]): Table {
  const last = counts.at(-1) as number;
  const rateOf = (count: number) => table[nameOf(count)]?.perSecond ?? Number.NaN;
  const name = `${nameOf(last)} ÷ ${nameOf(usualAccounts)}`;
  return { [name]: { relative: rateOf(last) / rateOf(usualAccounts) } };
}

function nameOf(count: number): string {
  return `${count.toLocaleString('en-US')} accounts`;
}
