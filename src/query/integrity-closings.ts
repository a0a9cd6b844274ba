/**
 * Checks the closing balances of days, from which past balances are computed, against the transfers.
 *
 * The pass over the transfers that the report makes anyway yields the closings by day, their table by balance. The
 * closings of each balance therefore become one digest: memory use is bounded by the number of balances, whatever the
 * number of days. Only if digests differ, a second pass over the transfers finds the days.
 */
import { hash } from 'node:crypto';
import { formatUnits } from '../contract/decimal.ts';
import type { Catalog } from '../domain/catalog/catalog.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';
import { keyOf, partsOf, RecomputedBooks, type Sides } from './integrity-books.ts';
import { checkDays, DayWalk, dateOf, type ReportClosing, readClosedDays } from './integrity-days.ts';
import { displayScale, pageSize, readInPages, type YieldNow } from './integrity-pages.ts';

type Closing = Row<'closing_balances'>;

/** At most this many balances are computed once more. */
const balancesShown = 100;

export class ClosingCheck {
  readonly #reads: Reads;
  readonly #report: ReportClosing;
  readonly #yieldNow: YieldNow;
  /** The complete days. */
  readonly #days: readonly Row<'closed_days'>[];
  /** The day that is being closed: it may have some of its closings. */
  readonly #openDay: number | undefined;
  readonly #walk: DayWalk;
  /** A digest of the closings of each balance, by day. */
  readonly #digests = new Map<string, string>();

  private constructor(
    parts: { readonly reads: Reads; readonly report: ReportClosing; readonly yieldNow: YieldNow },
    books: RecomputedBooks,
    days: readonly Row<'closed_days'>[],
  ) {
    this.#reads = parts.reads;
    this.#report = parts.report;
    this.#yieldNow = parts.yieldNow;
    this.#days = days.filter(({ complete }) => complete);
    const last = days.at(-1);
    this.#openDay = last?.complete === false ? last.day : undefined;
    this.#walk = new DayWalk(this.#days, books, (key, day, sides) => {
      this.#digests.set(key, digest(this.#digests.get(key), day, sides));
    });
  }

  /** @param books get each transfer after `before`. */
  static async start(
    reads: Reads,
    books: RecomputedBooks,
    report: ReportClosing,
    yieldNow: YieldNow,
  ): Promise<ClosingCheck> {
    const check = new ClosingCheck({ reads, report, yieldNow }, books, await readClosedDays(reads, yieldNow));
    checkDays(check.#days, report);
    return check;
  }

  before(transfer: Row<'transfers'>): void {
    this.#walk.before(transfer, this.#report);
  }

  /** After the last transfer. Compares the table. */
  async finish(catalog: Catalog): Promise<void> {
    this.#walk.finish(this.#report);
    const different = new Set<string>();
    let found: { readonly key: string; readonly digest: string } | undefined;
    const finishBalance = () => {
      if (found === undefined) return;
      if (this.#digests.get(found.key) !== found.digest) different.add(found.key);
      this.#digests.delete(found.key);
    };
    for await (const page of this.#closingPages()) {
      for (const closing of page) {
        const key = keyOf(closing.accountId, closing.asset, closing.wallet);
        if (found !== undefined && found.key !== key) {
          finishBalance();
          found = undefined;
        }
        found = { key, digest: digest(found?.digest, closing.day, closing) };
      }
    }
    finishBalance();
    for (const key of this.#digests.keys()) different.add(key);
    if (different.size > 0) await this.#describe([...different].slice(0, balancesShown), catalog);
  }

  async *#closingPages(from = start): AsyncGenerator<readonly Closing[]> {
    const read = (last: Closing | undefined) => this.#reads.closingsAfter(last ?? from, pageSize);
    for await (const page of readInPages(read, this.#yieldNow))
      yield page.filter(({ day }) => day !== this.#openDay);
  }

  /** Reports each closing of the balances that is not as recomputed. */
  async #describe(keys: readonly string[], catalog: Catalog): Promise<void> {
    const recomputed = await this.#recompute(new Set(keys));
    for (const key of keys) {
      const expected = recomputed.get(key) ?? new Map<number, Sides>();
      const found = await this.#storedOf(key);
      for (const day of new Set([...expected.keys(), ...found.keys()])) {
        const [one, other] = [expected.get(day), found.get(day)];
        if (one?.free === other?.free && one?.held === other?.held) continue;
        const { accountId, wallet, asset } = partsOf(key);
        const subject = `${accountId}:${wallet} ${asset} at the end of ${dateOf(day)}`;
        const shown = (sides: Sides | undefined) => show(sides, displayScale(asset, catalog));
        this.#report({ check: 'closing', subject, expected: shown(one), found: shown(other) });
      }
    }
  }

  async #recompute(keys: ReadonlySet<string>): Promise<ReadonlyMap<string, ReadonlyMap<number, Sides>>> {
    const closings = new Map<string, Map<number, Sides>>();
    for (const key of keys) closings.set(key, new Map());
    const books = new RecomputedBooks();
    const walk = new DayWalk(this.#days, books, (key, day, { free, held }) => {
      closings.get(key)?.set(day, { free, held });
    });
    const read = (last: { seq: number } | undefined) => this.#reads.transfersAfter(last?.seq ?? 0, pageSize);
    const reported = () => {};
    for await (const page of readInPages(read, this.#yieldNow)) {
      for (const transfer of page) {
        walk.before(transfer, reported);
        books.addTransfer(transfer);
      }
    }
    walk.finish(reported);
    return closings;
  }

  async #storedOf(key: string): Promise<ReadonlyMap<number, Sides>> {
    const closings = new Map<number, Sides>();
    for await (const page of this.#closingPages({ ...partsOf(key), day: -1 })) {
      for (const { day, free, held, ...balance } of page) {
        if (keyOf(balance.accountId, balance.asset, balance.wallet) !== key) return closings;
        closings.set(day, { free, held });
      }
    }
    return closings;
  }
}

const start = { accountId: 0, asset: '', wallet: '', day: -1 };

function digest(previous: string | undefined, day: number, { free, held }: Readonly<Sides>): string {
  return hash('sha256', `${previous ?? ''} ${day} ${free} ${held}`, 'base64');
}

function show(sides: Sides | undefined, scale: number): string {
  if (sides === undefined) return 'none';
  return `free ${formatUnits(sides.free, scale)}, held ${formatUnits(sides.held, scale)}`;
}
