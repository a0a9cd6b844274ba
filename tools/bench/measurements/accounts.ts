/**
 * Measures how the peak rate depends on the number of accounts that withdraw. Each account has withdrawn once before the
 * peak is measured; how fast the first requests of the most accounts are answered is a row of its own.
 */
import { waitUntilCompleted } from '../backlog.ts';
import type { SigningKey } from '../load/load.ts';
import type { ServerProcess } from '../server-process.ts';
import { type Subject, withdrawals } from '../subject.ts';
import type { Row, Table } from '../table.ts';
import {
  describeWithdrawals,
  type Measurement,
  type MeasurementContext,
  runAccepted,
  usualAccounts,
} from './measurement.ts';

const keysOfPart = 20_000;

/** @param counts in ascending order; must contain the default number. */
export function growthByAccounts(counts: readonly number[]): Measurement {
  return {
    name: 'accounts',
    title: 'Growth by accounts',
    accounts: counts,
    run: async (subject, context) => {
      const table: Record<string, Row> = {};
      for (const count of counts) {
        const { first, again } = await measure(subject, context, count);
        table[nameOf(count)] = again;
        if (count === counts.at(-1)) table[firstOf(count)] = first;
      }
      return { ...table, ...compareLast(table, counts) };
    },
  };
}

function measure(
  subject: Subject,
  { durationMs, progress }: MeasurementContext,
  count: number,
): Promise<{ readonly first: Row; readonly again: Row }> {
  return subject.withServer(count, async ({ server, keys }) => {
    const labelOf = (what: string) => `${subject.side} with ${nameOf(count)}: ${what}`;
    const perSecond = await progress.during(labelOf('first requests'), withdrawOnceEach(server, keys));
    await progress.during(labelOf('completes them'), waitUntilCompleted(server));
    const run = runAccepted(withdrawals(server, keys, { durationMs }));
    const result = await progress.during(labelOf('peak'), run);
    return { first: { perSecond }, again: await describeWithdrawals(server, result) };
  });
}

/** @returns the rate. In parts, because the requests of a load are signed before it starts, for a minute at most. */
async function withdrawOnceEach(server: ServerProcess, keys: readonly SigningKey[]): Promise<number> {
  let seconds = 0;
  for (let from = 0; from < keys.length; from += keysOfPart) {
    const part = keys.slice(from, from + keysOfPart);
    const load = { ...withdrawals(server, part, { requests: part.length }), warmupMs: 0 };
    seconds += part.length / (await runAccepted(load)).ratePerSecond;
  }
  return keys.length / seconds;
}

function compareLast(table: Table, counts: readonly number[]): Table {
  const last = counts.at(-1) as number;
  const rateOf = (row: string) => table[row]?.perSecond ?? Number.NaN;
  const usual = rateOf(nameOf(usualAccounts));
  return Object.fromEntries(
    [nameOf(last), firstOf(last)].map((row) => [
      `${row} ÷ ${nameOf(usualAccounts)}`,
      { relative: rateOf(row) / usual },
    ]),
  );
}

const firstOf = (count: number) => `first requests of ${nameOf(count)}`;

function nameOf(count: number): string {
  return `${count.toLocaleString('en-US')} accounts`;
}
