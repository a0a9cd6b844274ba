/** The rate of withdrawals while lists are read, against the rate without readers, by turns. */
import { setTimeout as sleep } from 'node:timers/promises';
import { untilSettled } from '../history/record.ts';
import { OperatorClient, RefusedError } from '../operator-client.ts';
import { median } from '../statistics.ts';
import { type Started, type Subject, withdrawals } from '../subject.ts';
import type { Table } from '../table.ts';
import { emailOf } from '../world.ts';
import { type MeasurementContext, runAcceptedWith } from './measurement.ts';

const turns = 7;
/** Pause of a reader before it retries a request that the server was too busy for, ms. */
const retryMs = 1000;
const root = '/operator/v1';
/** Lists that are read from page to page, each by a reader of its own. The third finds nothing. */
const paged = [
  '/withdrawals?limit=100',
  '/transfers?limit=1000',
  '/withdrawals?asset=ETH&minAmount=1000000',
  '/audit?limit=500',
];
/** The pages that people look at again and again, all by one reader. */
const looked = ['/overview', '/inbox', '/custody', `/accounts/${emailOf(7)}`, `/search?q=${emailOf(7)}`];

export async function rateWithReaders(
  subject: Subject,
  { durationMs, progress }: MeasurementContext,
  { server, keys }: Started,
): Promise<Table> {
  const client = new OperatorClient(server.operatorPort);
  const rates = { without: [] as number[], with: [] as number[] };
  const costs = { without: [] as number[], with: [] as number[] };
  const counts = { replies: 0, busy: 0 };
  for (let turn = 0; turn < turns; turn += 1)
    for (const side of turn % 2 === 0 ? (['without', 'with'] as const) : (['with', 'without'] as const)) {
      let readers: Readers | undefined;
      const usedMs = server.processorMs;
      const load = runAcceptedWith(withdrawals(server, keys, { durationMs }), () => {
        if (side === 'with') readers = new Readers(client, counts);
      });
      const result = await progress.during(`${subject.side} ${side} readers, turn ${turn + 1}`, load);
      costs[side].push(((server.processorMs - usedMs) / result.acceptedInAll) * 1000);
      await readers?.stop();
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
    'server per withdrawal, without readers': { processorUs: median(costs.without) },
    'server per withdrawal, with readers': { processorUs: median(costs.with) },
    'replies to readers': { count: counts.replies },
    'readers told to try again': { count: counts.busy },
  };
}

/** Reads until it is stopped: lists page by page, an export, and the pages that people look at. */
class Readers {
  readonly #client: OperatorClient;
  readonly #counts: { replies: number; busy: number };
  readonly #all: Promise<unknown>;
  #isStopped = false;

  constructor(client: OperatorClient, counts: { replies: number; busy: number }) {
    this.#client = client;
    this.#counts = counts;
    this.#all = Promise.all([...paged.map((path) => this.#page(path)), this.#look(), this.#export()]);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#all;
  }

  async #page(path: string): Promise<void> {
    for (let cursor: string | null = null; !this.#isStopped; ) {
      const place: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page = await this.#get(`${path}${place}`);
      if (page !== undefined) cursor = JSON.parse(page).nextCursor;
    }
  }

  async #look(): Promise<void> {
    for (let index = 0; !this.#isStopped; index += 1)
      await this.#get(looked[index % looked.length] as string);
  }

  /** Resolves with undefined if the server serves customers first. */
  async #get(path: string): Promise<string | undefined> {
    try {
      const reply = await this.#client.get(root + path);
      this.#counts.replies += 1;
      return reply;
    } catch (error) {
      if (!(error instanceof RefusedError) || error.status !== 503) throw error;
      this.#counts.busy += 1;
      await sleep(retryMs);
      return undefined;
    }
  }

  async #export(): Promise<void> {
    await this.#client.read(`${root}/withdrawals?format=csv`, () => !this.#isStopped);
  }
}
