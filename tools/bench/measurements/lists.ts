/**
 * Lists of all accounts: the time of each page over many withdrawals against the same page over a thousand, and the rate
 * of withdrawals with and without people and programs that read lists meanwhile, by turns.
 */
import { multiply, readMarks } from '../history/multiply.ts';
import { recordMovements, untilSettled } from '../history/record.ts';
import { OperatorClient } from '../operator-client.ts';
import { median } from '../statistics.ts';
import type { Started, Subject } from '../subject.ts';
import type { Row, Table } from '../table.ts';
import { pagesOf } from './list-pages.ts';
import { rateWithReaders } from './list-readers.ts';
import { type Measurement, type MeasurementContext, usualAccounts } from './measurement.ts';

const fewRows = 1000;
const repetitions = 30;
const stopPatienceMs = 60_000;

export function lists(total: number): Measurement {
  return {
    name: 'lists',
    title: `Lists over ${total.toLocaleString('en-US')} withdrawals`,
    accounts: [usualAccounts],
    once: true,
    run: (subject, context) =>
      withTwoSizes(subject, context, total, async (few, many) => {
        const pages = await comparePages(few, many, total, context);
        await few.server.kill();
        return { ...pages, ...(await rateWithReaders(subject, context, many)) };
      }),
  };
}

/** Servers over a thousand withdrawals, and over the same movements multiplied. */
function withTwoSizes<T>(
  subject: Subject,
  context: MeasurementContext,
  total: number,
  use: (few: Started, many: Started) => Promise<T>,
): Promise<T> {
  const { progress } = context;
  return subject.withCopy(usualAccounts, async (small, keys) => {
    const marks = await readMarks(small);
    await withStarted(subject, { place: small, keys }, async (started) => {
      await recordMovements(started, fewRows, progress);
      await started.server.stop(stopPatienceMs);
    });
    return subject.withDuplicate(small, async (large) => {
      await multiply(small, marks, 1, progress);
      await multiply(large, marks, Math.round(total / fewRows), progress);
      return withStarted(subject, { place: small, keys }, (few) =>
        withStarted(subject, { place: large, keys }, (many) => use(few, many)),
      );
    });
  });
}

async function withStarted<T>(
  subject: Subject,
  { place, keys }: Omit<Started, 'server'>,
  use: (started: Started) => Promise<T>,
): Promise<T> {
  const server = await subject.start(place);
  try {
    return await use({ server, keys, place });
  } finally {
    await server.kill();
  }
}

/** By turns, because the speed of a shared host varies. */
export async function comparePages(
  few: Started,
  many: Started,
  total: number,
  { progress }: MeasurementContext,
): Promise<Table> {
  const [one, other] = [
    new OperatorClient(few.server.operatorPort),
    new OperatorClient(many.server.operatorPort),
  ];
  try {
    for (const client of [one, other]) await progress.during('seals the transfers', untilSettled(client));
    const [fewPages, manyPages] = [await pagesOf(one, fewRows), await pagesOf(other, total)];
    const table: Record<string, Row> = {};
    for (const [name, page] of Object.entries(manyPages)) {
      const times = { few: [] as number[], many: [] as number[] };
      for (let each = 0; each < repetitions; each += 1) {
        times.few.push(await timeOf(() => fewPages[name]?.(one)));
        times.many.push(await timeOf(() => page(other)));
      }
      const row = { p50Ms: median(times.many), relative: median(times.many) / median(times.few) };
      table[name] = row;
      progress.say(`  ${name}: ${row.p50Ms.toFixed(2)} ms, × ${row.relative.toFixed(2)}`);
    }
    return table;
  } finally {
    one.close();
    other.close();
  }
}

async function timeOf(ask: () => unknown): Promise<number> {
  const begin = performance.now();
  await ask();
  return performance.now() - begin;
}
