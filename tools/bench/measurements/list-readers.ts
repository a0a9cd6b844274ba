/** The rate of withdrawals while lists are read, against the rate without readers, by turns. */
import { untilSettled } from '../history/record.ts';
import { OperatorClient } from '../operator-client.ts';
import { median } from '../statistics.ts';
import { type Started, type Subject, withdrawals } from '../subject.ts';
import type { Table } from '../table.ts';
import { emailOf } from '../world.ts';
import { type MeasurementContext, runAccepted } from './measurement.ts';

const turns = 7;
const root = '/operator/v1';
/** Lists that are read from page to page, each by a reader of its own. The third finds nothing. */
const paged = [
  '/withdrawals?limit=100',
  '/transfers?limit=1000',
  '/withdrawals?asset=ETH&minAmount=1000000',
  '/audit?limit=500',
];
/** What people look at again and again, by one reader. */
const looked = ['/overview', '/inbox', '/custody', `/accounts/${emailOf(7)}`, `/search?q=${emailOf(7)}`];

export async function rateWithReaders(
  subject: Subject,
  { durationMs, progress }: MeasurementContext,
  { server, keys }: Started,
): Promise<Table> {
  const client = new OperatorClient(server.operatorPort);
  const rates = { without: [] as number[], with: [] as number[] };
  let replies = 0;
  for (let turn = 0; turn < turns; turn += 1)
    for (const side of turn % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const)) {
      const readers = side === 'with' ? new Readers(client) : undefined;
      const load = runAccepted(withdrawals(server, keys, { durationMs }));
      const result = await progress.during(`${subject.side} ${side} readers, turn ${turn + 1}`, load);
      replies += (await readers?.stop()) ?? 0;
      rates[side].push(result.ratePerSecond);
      progress.say(
        `  ${side} readers: ${Math.round(result.ratePerSecond)}/s, p99 ${result.p99Ms.toFixed(1)} ms`,
      );
      await progress.during('completes them', untilSettled(client));
    }
  client.close();
  const ratios = rates.with.map((rate, index) => rate / (rates.without[index] as number));
  return {
    'withdrawals without readers': { perSecond: median(rates.without) },
    'withdrawals with readers': { perSecond: median(rates.with) },
    'with readers ÷ without, lowest': { relative: Math.min(...ratios) },
    'with readers ÷ without, median': { relative: median(ratios) },
    'with readers ÷ without, highest': { relative: Math.max(...ratios) },
    'replies to readers': { count: replies },
  };
}

/** Reads until it is stopped: lists page by page, an export, and what people look at. */
class Readers {
  readonly #client: OperatorClient;
  readonly #all: Promise<unknown>;
  #isStopped = false;
  #replies = 0;

  constructor(client: OperatorClient) {
    this.#client = client;
    this.#all = Promise.all([...paged.map((path) => this.#page(path)), this.#look(), this.#export()]);
  }

  /** @returns the number of replies. */
  async stop(): Promise<number> {
    this.#isStopped = true;
    await this.#all;
    return this.#replies;
  }

  async #page(path: string): Promise<void> {
    for (let cursor: string | null = null; !this.#isStopped; this.#replies += 1) {
      const place: string = cursor === null ? '' : `&cursor=${cursor}`;
      cursor = JSON.parse(await this.#client.get(`${root}${path}${place}`)).nextCursor;
    }
  }

  async #look(): Promise<void> {
    for (let index = 0; !this.#isStopped; index += 1) {
      await this.#client.get(root + looked[index % looked.length]);
      this.#replies += 1;
    }
  }

  async #export(): Promise<void> {
    await this.#client.read(`${root}/withdrawals?format=csv`, () => !this.#isStopped);
  }
}
