/**
 * Sends withdrawals as fast as the server accepts them, up to a million, and then measures the rate, the memory, the
 * time to stop with the backlog, and the time to start again with all rows.
 */
import { readWithdrawalMetrics } from '../backlog.ts';
import { type Started, type Subject, withdrawals } from '../subject.ts';
import type { Row, Table } from '../table.ts';
import {
  describeWithdrawals,
  type Measurement,
  type MeasurementContext,
  runAccepted,
  usualAccounts,
} from './measurement.ts';

/** Requests are signed in advance, so a slice must be sent within the minute for which a signature is valid. */
const maxSlice = 50_000;
/** The rate is shown for the first slice, after a tenth, and after all rows. */
const shownShares = [0, 0.1, 1];
const stopPatienceMs = 180_000;

export function growthByRows(total: number): Measurement {
  return {
    name: 'rows',
    title: `Growth by rows: ${total.toLocaleString('en-US')} withdrawals`,
    accounts: [usualAccounts],
    run: (subject, context) =>
      subject.withServer(usualAccounts, async (started) => {
        const rates = await fill(subject, context, started, total);
        const backlog = await readWithdrawalMetrics(started.server);
        const { residentMb } = started.server;
        const stopping = started.server.stop(stopPatienceMs);
        const stopMs = await context.progress.during(`${subject.side} stops`, stopping);
        return {
          ...rates,
          'memory afterwards': { residentMb },
          'incomplete at SIGTERM': { count: backlog.incomplete },
          'of which queued for broadcast': { count: backlog.queued },
          [`SIGTERM to exit (killed after ${stopPatienceMs / 1000} s)`]: { durationMs: stopMs },
          'start with all rows to the first reply': await startAgain(subject, started),
        };
      }),
  };
}

async function fill(
  subject: Subject,
  { progress }: MeasurementContext,
  { server, keys }: Started,
  total: number,
): Promise<Table> {
  const slices = Math.max(10, Math.ceil(total / maxSlice));
  const requests = Math.ceil(total / slices);
  const shown = new Set(shownShares.map((share) => Math.max(1, Math.round(share * slices))));
  const rows: Record<string, Row> = {};
  const all = { acceptedInAll: 0, durationInAllMs: 0 };
  for (let slice = 1; slice <= slices; slice += 1) {
    const plan = { ...withdrawals(server, keys, { requests }), warmupMs: 0 };
    const what = `${subject.side} accepted ${all.acceptedInAll} of ${total}`;
    const result = await progress.during(what, runAccepted(plan));
    all.acceptedInAll += result.acceptedInAll;
    all.durationInAllMs += result.durationInAllMs;
    if (!shown.has(slice)) continue;
    const name = `up to ${all.acceptedInAll.toLocaleString('en-US')} rows`;
    rows[name] = await describeWithdrawals(server, { ...result, ...all });
  }
  const rates = Object.values(rows).map(({ perSecond }) => perSecond as number);
  return { ...rows, 'last ÷ first': { relative: (rates.at(-1) as number) / (rates[0] as number) } };
}

async function startAgain(subject: Subject, { place }: Started): Promise<Row> {
  const again = await subject.start(place);
  try {
    return { durationMs: again.startMs, residentMb: again.residentMb };
  } finally {
    await again.kill();
  }
}
