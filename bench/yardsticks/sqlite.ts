/** The server on SQLite: against the bare route, against a raw loop of the same writes, and over a million rows. */
import { join } from 'node:path';
import { waitUntilCompleted } from '../backlog.ts';
import {
  type Measurement,
  type MeasurementContext,
  runAccepted,
  usualAccounts,
} from '../measurements/measurement.ts';
import { median } from '../statistics.ts';
import { type Started, type Subject, withdrawals } from '../subject.ts';
import type { Row, Table } from '../table.ts';
import { emailOf, orderQuery, withdrawalPath, withdrawalQuery } from '../world.ts';
import { bareRow, measureBare } from './bare.ts';
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
    const server = await subject.withServer(usualAccounts, (started) => measureServer(started, context));
    const raw = await measureRaw(subject, context);
    return {
      ...relativeTo(bare.perSecond as number, { [bareRow]: bare, ...server, [rawRow]: { perSecond: raw } }),
      [`${orderRow} ÷ raw loop`]: { relative: (server[orderRow]?.perSecond as number) / raw },
      ...(await measureMillion(subject, context)),
    };
  },
};

async function measureServer({ server, keys }: Started, context: MeasurementContext): Promise<Table> {
  const { durationMs, progress } = context;
  const ports = [server.port];
  const run = (name: string, method: 'GET' | 'POST', path: string, query: string) =>
    measure(name, loadPlan({ method, path, query }, { ports, keys }, durationMs), context);
  const rows: Record<string, Row> = {};
  rows.systemStatus = await measure('systemStatus', loadPlan(systemStatus, { ports }, durationMs), context);
  rows['signed read: accountStatus'] = await run('accountStatus', 'GET', accountStatus.path, '');
  await runAccepted({ ...withdrawals(server, keys, { requests: rowsRead * keys.length }), warmupMs: 0 });
  await progress.during('completing what will be read', waitUntilCompleted(server));
  rows[`signed read: ${rowsRead} rows of withdrawHistory`] = await run(
    'withdrawHistory',
    'GET',
    '/wapi/v3/withdrawHistory.html',
    `limit=${rowsRead}`,
  );
  rows['signed durable withdrawal'] = await run('withdrawal', 'POST', withdrawalPath, withdrawalQuery);
  rows[orderRow] = await run('withdrawal with an order id', 'POST', withdrawalPath, orderQuery);
  return rows;
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
    writeHistories(join(place.dataFolder, 'bursar.sqlite'), [
      { email: emailOf(0), rows: few },
      { email: emailOf(1), rows: many },
    ]);
    const starts: number[] = [];
    const memory: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const server = await subject.start(place);
      starts.push(server.startMs);
      memory.push(server.memory.residentMb);
      await server.kill();
    }
    const server = await subject.start(place);
    try {
      const page = async (index: number) => {
        const query = {
          method: 'GET',
          path: '/wapi/v3/withdrawHistory.html',
          query: `limit=${pageRows}`,
        } as const;
        const target = { ports: [server.port], keys: keys.slice(index, index + 1) };
        const plan = { ...loadPlan(query, target, context.durationMs), connections: 8 };
        return measure(`pages of account ${index}`, plan, context);
      };
      const [ofFew, ofMany] = [await page(0), await page(1)];
      return {
        'start over a million withdrawals to the first reply': {
          durationMs: median(starts),
          residentMb: median(memory),
        },
        [`page of ${pageRows} withdrawals of ${few}`]: ofFew,
        [`page of ${pageRows} withdrawals of ${many}`]: ofMany,
      };
    } finally {
      await server.kill();
    }
  });
}
