/**
 * The server on SQLite, compared with the bare route and with a raw loop of the same writes, and with a million rows.
 */
import { join } from 'node:path';
import { waitUntilCompleted } from '../backlog.ts';
import type { SigningKey } from '../load/load.ts';
import {
  type Measurement,
  type MeasurementContext,
  runAccepted,
  usualAccounts,
} from '../measurements/measurement.ts';
import { median } from '../statistics.ts';
import type { Place } from '../storage.ts';
import { type Started, type Subject, withdrawals } from '../subject.ts';
import type { Row, Table } from '../table.ts';
import { emailOf, orderQuery, withdrawalPath, withdrawalQuery } from '../world.ts';
import { bareRow, measureBare } from './bare.ts';
import { measureCurrentApi } from './current-api.ts';
import { writeHistories } from './million.ts';
import { rawLedgerWrites } from './raw-loop.ts';
import { accountStatus, loadPlan, measure, relativeTo, repeats, systemStatus } from './yardstick.ts';

const rowsRead = 10;
const pageRows = 500;
const few = 1000;
const many = 1_000_000;
export const rawRow = 'raw loop of the same writes, groups of 64';
export const orderRow = 'signed durable withdrawal with an order id';

export const sqliteYardsticks: Measurement = {
  name: 'yardsticks',
  title: 'Beside yardsticks, on SQLite',
  accounts: [usualAccounts],
  once: true,
  run: async (subject, context) => {
    const bare = await measureBare(context);
    const reads = await subject.withServer(usualAccounts, (started) => measureReads(started, context));
    const plain = await measureWithdrawals(subject, context, withdrawalQuery);
    const withOrderId = await measureWithdrawals(subject, context, orderQuery);
    const currentApi = await measureCurrentApi(subject, context);
    const raw = await measureRaw(subject, context);
    return {
      ...relativeTo(bare.perSecond as number, {
        [bareRow]: bare,
        ...reads,
        'signed durable withdrawal': plain,
        [orderRow]: withOrderId,
        ...currentApi,
        [rawRow]: { perSecond: raw },
      }),
      [`${orderRow} ÷ raw loop`]: { relative: (withOrderId.perSecond as number) / raw },
      ...(await measureMillion(subject, context)),
    };
  },
};

async function measureReads({ server, keys }: Started, context: MeasurementContext): Promise<Table> {
  const { durationMs, progress } = context;
  const ports = [server.port];
  const history = {
    method: 'GET',
    path: '/wapi/v3/withdrawHistory.html',
    query: `limit=${rowsRead}`,
  } as const;
  const unsigned = loadPlan(systemStatus, { ports }, durationMs);
  const signed = loadPlan(accountStatus, { ports, keys }, durationMs);
  const ofStatus = await measure('systemStatus', unsigned, context);
  const ofAccount = await measure('accountStatus', signed, context);
  await runAccepted({ ...withdrawals(server, keys, { requests: rowsRead * keys.length }), warmupMs: 0 });
  await progress.during('completing what will be read', waitUntilCompleted(server));
  const ofRows = await measure('withdrawHistory', loadPlan(history, { ports, keys }, durationMs), context);
  return {
    systemStatus: ofStatus,
    'signed read: accountStatus': ofAccount,
    [`signed read: ${rowsRead} rows of withdrawHistory`]: ofRows,
  };
}

/** Uses a separate server: the backlog of another load would slow it down. */
function measureWithdrawals(subject: Subject, context: MeasurementContext, query: string): Promise<Row> {
  return subject.withServer(usualAccounts, ({ server, keys }) => {
    const target = { ports: [server.port], keys };
    const plan = loadPlan({ method: 'POST', path: withdrawalPath, query }, target, context.durationMs);
    return measure(query === orderQuery ? 'withdrawal with an order id' : 'withdrawal', plan, context);
  });
}

async function measureRaw(subject: Subject, { durationMs }: MeasurementContext): Promise<number> {
  const rates: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    await subject.withCopy(usualAccounts, async ({ dataFolder }) => {
      rates.push(rawLedgerWrites(join(dataFolder, 'bursar.sqlite'), durationMs));
    });
  }
  return median(rates);
}

function measureMillion(subject: Subject, context: MeasurementContext): Promise<Table> {
  return subject.withCopy(usualAccounts, async (place, keys) => {
    context.progress.say('  … writing a million withdrawals');
    writeHistories(place.dataFolder, [
      { email: emailOf(0), rows: few },
      { email: emailOf(1), rows: many },
    ]);
    return {
      'start with a million withdrawals to the first reply': await measureStarts(subject, place),
      ...(await measurePages(subject, context, place, keys)),
    };
  });
}

async function measureStarts(subject: Subject, place: Place): Promise<Row> {
  const starts: number[] = [];
  const memory: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const server = await subject.start(place);
    starts.push(server.startMs);
    memory.push(server.residentMb);
    await server.kill();
  }
  return { durationMs: median(starts), residentMb: median(memory) };
}

async function measurePages(
  subject: Subject,
  context: MeasurementContext,
  place: Place,
  keys: readonly SigningKey[],
): Promise<Table> {
  const query = { method: 'GET', path: '/wapi/v3/withdrawHistory.html', query: `limit=${pageRows}` } as const;
  const server = await subject.start(place);
  const measurePage = (index: number, name: string) => {
    const target = { ports: [server.port], keys: keys.slice(index, index + 1) };
    return measure(name, { ...loadPlan(query, target, context.durationMs), connections: 8 }, context);
  };
  try {
    const [ofFew, ofMany] = [few, many].map((rows) => `page of ${pageRows} withdrawals of ${rows}`);
    return {
      [ofFew as string]: await measurePage(0, ofFew as string),
      [ofMany as string]: await measurePage(1, ofMany as string),
    };
  } finally {
    await server.kill();
  }
}
