/** Walks through the closed days while transfers are read in order. */
import { isoTime } from '../contract/text.ts';
import { endOfDay, startOfDay } from '../domain/ledger/day.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';
import type { RecomputedBooks, Sides } from './integrity-books.ts';
import { pageSize, readInPages, type YieldNow } from './integrity-pages.ts';

type ClosedDay = Row<'closed_days'>;

export type ClosingMismatch = {
  readonly check: 'closing';
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
};
export type ReportClosing = (mismatch: ClosingMismatch) => void;

export async function readClosedDays(reads: Reads, yieldNow: YieldNow): Promise<readonly ClosedDay[]> {
  const days: ClosedDay[] = [];
  const read = (last: ClosedDay | undefined) => reads.closedDaysAfter(last?.day ?? -1, pageSize);
  for await (const page of readInPages(read, yieldNow)) days.push(...page);
  return days;
}

/** The date, as in `2026-11-25`. */
export const dateOf = (day: number) => isoTime(startOfDay(day)).slice(0, 10);

/** Each complete day follows the one before, and its transfers follow those of that day. */
export function checkDays(days: readonly ClosedDay[], report: ReportClosing): void {
  for (const [index, { day, lastSeq }] of days.entries()) {
    const previous = days[index - 1];
    if (previous === undefined) continue;
    const subject = dateOf(day);
    const date = dateOf(previous.day + 1);
    if (day !== previous.day + 1)
      report({ check: 'closing', subject, expected: `after ${date}`, found: `${date} is not closed` });
    if (lastSeq < previous.lastSeq)
      report({
        check: 'closing',
        subject,
        expected: `last transfer ${previous.lastSeq} or later`,
        found: `${lastSeq}`,
      });
  }
}

export class DayWalk {
  readonly #days: readonly ClosedDay[];
  readonly #books: RecomputedBooks;
  readonly #onClosing: (key: string, day: number, sides: Readonly<Sides>) => void;
  #changed = new Set<string>();
  #next = 0;
  #lastSeq = 0;
  /** The day of which a transfer with a later time was reported. */
  #reported = -1;

  /** @param onClosing gets each balance that changed in a day, as it was after the last transfer of the day. */
  constructor(
    days: readonly ClosedDay[],
    books: RecomputedBooks,
    onClosing: (key: string, day: number, sides: Readonly<Sides>) => void,
  ) {
    this.#days = days;
    this.#books = books;
    this.#onClosing = onClosing;
    if (days.length > 0) books.onChange = (key) => this.#changed.add(key);
  }

  /** To be called before the transfer is added to the books. */
  before({ seq, at }: Row<'transfers'>, report: ReportClosing): void {
    this.#closeBefore(seq);
    this.#lastSeq = seq;
    const day = this.#days[this.#next];
    if (day === undefined || at <= endOfDay(day.day) || this.#reported === day.day) return;
    this.#reported = day.day;
    const expected = `last transfer before ${seq}, which is of ${isoTime(at)}`;
    report({ check: 'closing', subject: dateOf(day.day), expected, found: `${day.lastSeq}` });
  }

  finish(report: ReportClosing): void {
    this.#closeBefore(Number.POSITIVE_INFINITY);
    for (const { day, lastSeq } of this.#days) {
      if (lastSeq <= this.#lastSeq) continue;
      const expected = `last transfer ${this.#lastSeq} or earlier`;
      report({ check: 'closing', subject: dateOf(day), expected, found: `${lastSeq}` });
    }
  }

  #closeBefore(seq: number): void {
    for (let day = this.#days[this.#next]; day && day.lastSeq < seq; day = this.#days[this.#next]) {
      for (const key of this.#changed) this.#onClosing(key, day.day, this.#books.balanceOf(key));
      this.#changed.clear();
      this.#next += 1;
      if (this.#next === this.#days.length) this.#books.onChange = undefined;
    }
  }
}
