/**
 * Lists of all accounts: the time of each page over many withdrawals against the same page over a thousand, and the rate
 * of withdrawals with and without a reader who asks for page after page, by turns.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { readWithdrawalMetrics, sampleEveryMs } from '../backlog.ts';
import { OperatorClient } from '../operator-client.ts';
import type { ServerProcess } from '../server-process.ts';
import { type Started, type Subject, withdrawals } from '../subject.ts';
import type { Row, Table } from '../table.ts';
import { emailOf } from '../world.ts';
import { type Measurement, type MeasurementContext, runAccepted, usualAccounts } from './measurement.ts';

const fewRows = 1000;
/** Requests are signed in advance, so a slice must be sent within the minute for which a signature is valid. */
const maxSlice = 50_000;
const repetitions = 30;
const turns = 5;
const settlePatienceMs = 900_000;

type Pages = Readonly<Record<string, string>>;

export function lists(total: number): Measurement {
  return {
    name: 'lists',
    title: `Lists over ${total.toLocaleString('en-US')} withdrawals`,
    accounts: [usualAccounts],
    once: true,
    run: (subject, context) =>
      subject.withServer(usualAccounts, (few) =>
        subject.withServer(usualAccounts, async (many) => {
          await fill(subject, context, few, fewRows);
          await fill(subject, context, many, total);
          const pages = await context.progress.during('times pages', comparePages(few, many));
          return { ...pages, ...(await withReader(subject, context, many)) };
        }),
      ),
  };
}

/** Until all of them are completed, so that nothing else works while pages are timed. */
async function fill(
  subject: Subject,
  { progress }: MeasurementContext,
  { server, keys }: Started,
  count: number,
): Promise<void> {
  for (let sent = 0; sent < count; ) {
    const requests = Math.min(maxSlice, count - sent);
    const plan = { ...withdrawals(server, keys, { requests }), warmupMs: 0 };
    await progress.during(`${subject.side} accepted ${sent} of ${count}`, runAccepted(plan));
    sent += requests;
    await progress.during(`${subject.side} completes them`, untilSettled(server));
  }
}

async function untilSettled(server: ServerProcess): Promise<void> {
  const giveUpAt = performance.now() + settlePatienceMs;
  do {
    if (performance.now() > giveUpAt) throw new Error('the withdrawals are not completed');
    await pause(sampleEveryMs);
  } while ((await readWithdrawalMetrics(server)).incomplete > 0);
}

/** Pages of each list and filter, by name. */
async function pagesOf(client: OperatorClient): Promise<Pages> {
  const first = JSON.parse(await client.get('/operator/v1/withdrawals?limit=100'));
  const [withdrawal] = first.withdrawals;
  const query = (filter: Record<string, string>) => new URLSearchParams(filter).toString();
  const list = (filter: Record<string, string>) => `/operator/v1/withdrawals?${query(filter)}`;
  const since = String(withdrawal.applyTime - 60_000);
  return {
    'newest withdrawals': list({}),
    'the next page': list({ cursor: first.nextCursor }),
    'of an account': list({ account: emailOf(7) }),
    'of an asset, by amount': list({ asset: 'ETH', minAmount: '0.1' }),
    'of a time': list({ startTime: since }),
    'of a stage': list({ stage: 'completed' }),
    'that failed': list({ stage: 'failed' }),
    'to an address': list({ address: withdrawal.address }),
    'of an order id': list({ orderId: withdrawal.withdrawOrderId }),
    'of a transaction': list({ txId: withdrawal.txId || 'none' }),
    'newest transfers': '/operator/v1/transfers',
    'transfers of an asset': '/operator/v1/transfers?asset=ETH',
    'the audit trail': '/operator/v1/audit',
    'the inbox': '/operator/v1/inbox',
    'a search for a withdrawal': `/operator/v1/search?${query({ q: withdrawal.id })}`,
    'a search for an e-mail': `/operator/v1/search?${query({ q: emailOf(7) })}`,
    'a customer': `/operator/v1/accounts/${emailOf(7)}`,
  };
}

/** By turns, because the speed of a shared host varies. */
async function comparePages(few: Started, many: Started): Promise<Table> {
  const [one, other] = [few, many].map(({ server }) => new OperatorClient(server.operatorPort));
  if (one === undefined || other === undefined) throw new Error('two servers are compared');
  try {
    const [fewPages, manyPages] = [await pagesOf(one), await pagesOf(other)];
    const table: Record<string, Row> = {};
    for (const name of Object.keys(manyPages)) {
      const times = { few: [] as number[], many: [] as number[] };
      for (let each = 0; each < repetitions; each += 1) {
        times.few.push(await timeOf(one, fewPages[name] as string));
        times.many.push(await timeOf(other, manyPages[name] as string));
      }
      table[`${name}, ÷ the page over ${fewRows.toLocaleString('en-US')}`] = {
        p50Ms: median(times.many),
        relative: median(times.many) / median(times.few),
      };
    }
    return table;
  } finally {
    one.close();
    other.close();
  }
}

async function timeOf(client: OperatorClient, path: string): Promise<number> {
  const begin = performance.now();
  await client.get(path);
  return performance.now() - begin;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] as number;
}

async function withReader(
  subject: Subject,
  { durationMs, progress }: MeasurementContext,
  { server, keys }: Started,
): Promise<Table> {
  const client = new OperatorClient(server.operatorPort);
  const rates = { without: [] as number[], with: [] as number[] };
  let pages = 0;
  for (let turn = 0; turn < turns; turn += 1)
    for (const side of turn % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const)) {
      const reader = side === 'with' ? new Reader(client) : undefined;
      const load = runAccepted(withdrawals(server, keys, { durationMs }));
      const result = await progress.during(`${subject.side} ${side} a reader, turn ${turn + 1}`, load);
      pages += (await reader?.stop()) ?? 0;
      rates[side].push(result.ratePerSecond);
      await progress.during(`${subject.side} completes them`, untilSettled(server));
    }
  client.close();
  const ratios = rates.with.map((rate, index) => rate / (rates.without[index] as number));
  return {
    'withdrawals without a reader': { perSecond: median(rates.without) },
    'withdrawals while lists are read': { perSecond: median(rates.with) },
    'with a reader ÷ without (median of the turns)': { relative: median(ratios) },
    'pages read meanwhile': { count: pages },
  };
}

/** Reads the list of withdrawals page by page, and begins again at its end. */
class Reader {
  #isStopped = false;
  readonly #done: Promise<number>;

  constructor(client: OperatorClient) {
    this.#done = this.#run(client);
  }

  stop(): Promise<number> {
    this.#isStopped = true;
    return this.#done;
  }

  async #run(client: OperatorClient): Promise<number> {
    let pages = 0;
    for (let cursor: string | null = null; !this.#isStopped; pages += 1) {
      const place: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page = JSON.parse(await client.get(`/operator/v1/withdrawals?limit=100${place}`));
      cursor = page.nextCursor;
    }
    return pages;
  }
}
