/**
 * As many withdrawals as the server accepts, up to a million, and what is left of it then: the rate, the memory, how
 * long it takes to stop with the backlog, and how long to start again over all of it.
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

const slices = 10;
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
        const memory = started.server.memory;
        const stopping = started.server.stop(stopPatienceMs);
        const stopMs = await context.progress.during(`${subject.side} stops`, stopping);
        return {
          ...rates,
          'in memory afterwards': memory,
          'incomplete when told to stop': { count: backlog.incomplete },
          'of these queued for broadcast': { count: backlog.queued },
          [`SIGTERM to exit (killed after ${stopPatienceMs / 1000} s)`]: { durationMs: stopMs },
          'start over all of it to the first reply': await startAgain(subject, started),
        };
      }),
  };
}

/** In slices, so that what was signed ahead is not too old when it is sent. */
async function fill(
  subject: Subject,
  { progress }: MeasurementContext,
  { server, keys }: Started,
  total: number,
): Promise<Table> {
  const requests = Math.max(1, Math.floor(total / slices));
  const rows: Row[] = [];
  const all = { acceptedInAll: 0, durationInAllMs: 0 };
  for (let slice = 0; slice < slices; slice += 1) {
    const plan = { ...withdrawals(server, keys, { requests }), warmupMs: 0 };
    const what = `${subject.side} has accepted ${slice * requests} of ${total}`;
    const result = await progress.during(what, runAccepted(plan));
    all.acceptedInAll += result.acceptedInAll;
    all.durationInAllMs += result.durationInAllMs;
    rows.push(await describeWithdrawals(server, { ...result, ...all }));
  }
  const [first, last] = [rows[0] as Row, rows.at(-1) as Row];
  const { completedPerSecond: _, ...firstRates } = first;
  return {
    'first tenth': firstRates,
    'last tenth': last,
    'last tenth ÷ first tenth': { relative: (last.perSecond ?? 0) / (first.perSecond ?? 0) },
  };
}

async function startAgain(subject: Subject, { place }: Started): Promise<Row> {
  const again = await subject.start(place);
  try {
    return { durationMs: again.startMs, residentMb: again.memory.residentMb };
  } finally {
    await again.kill();
  }
}
