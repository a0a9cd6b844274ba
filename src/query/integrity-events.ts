/**
 * Checks, while transfers are read in order, that each is in exactly one row of the event log, and that the log names no
 * others. A transfer of a pruned row may be missing from the log.
 */
import { present } from '../boundary/present.ts';
import type { SeqRange } from '../store/logged-events.ts';
import type { Reads } from '../store/reads.ts';
import type { Row } from '../store/tables.ts';

export type EventLogMismatch = {
  readonly check: 'event-log';
  readonly subject: string;
  readonly expected: string;
  readonly found: string;
};

type Range = [first: number, last: number];

export class EventLogCheck {
  readonly #report: (mismatch: EventLogMismatch) => void;
  /** The logged transfers as disjoint ranges in order. A complete log has few ranges, because neighbours are merged. */
  readonly #logged: Range[] = [];
  /** The highest transfer of a pruned row. */
  #prunedUpTo = 0;
  /** Index of the range whose first transfer is the next one expected. */
  #nextRange = 0;

  constructor(report: (mismatch: EventLogMismatch) => void) {
    this.#report = report;
  }

  /** Reads the log; must precede `take`. @param pageSize rows that are read before `yieldNow` is called. */
  async readLog(reads: Reads, pageSize: number, yieldNow: (rows: number) => Promise<void>): Promise<void> {
    for (let seq = 0; ; ) {
      const page = await reads.eventsAfter(seq, pageSize);
      if (page.kind === 'pruned') {
        this.#prunedUpTo = page.lastTransfer;
        seq = page.firstSeq - 1;
        continue;
      }
      for (const row of page.rows) for (const range of row.transfers) this.#add(range, row);
      if (page.rows.length < pageSize) return;
      seq = page.rows.at(-1)?.seq ?? seq;
      await yieldNow(page.rows.length);
    }
  }

  take(transfers: readonly Row<'transfers'>[]): void {
    for (const { seq } of transfers) {
      this.#reportMissing(seq - 1);
      const range = this.#logged[this.#nextRange];
      if (range !== undefined && range[0] === seq) this.#advance(range, seq);
      else if (seq > this.#prunedUpTo) this.#mismatch([seq, seq], 'in one row', 'in none');
    }
  }

  finish(): void {
    this.#reportMissing(Number.POSITIVE_INFINITY);
  }

  /** Most ranges come in order, so the place of a new one is near the end. */
  #add([first, last]: SeqRange, { seq }: Row<'event_log'>): void {
    const logged = this.#logged;
    let index = logged.length;
    while (index > 0 && present(logged[index - 1])[0] > first) index -= 1;
    const [before, after] = [logged[index - 1], logged[index]];
    if (!(first <= last) || (before && before[1] >= first) || (after && after[0] <= last)) {
      this.#mismatch([first, last], 'in one row', `also in row ${seq}`);
      return;
    }
    const [joinsBefore, joinsAfter] = [before?.[1] === first - 1, after?.[0] === last + 1];
    if (before && joinsBefore) before[1] = last;
    if (after && joinsAfter) after[0] = first;
    if (before && after && joinsBefore && joinsAfter) {
      before[1] = after[1];
      logged.splice(index, 1);
    } else if (!joinsBefore && !joinsAfter) logged.splice(index, 0, [first, last]);
  }

  /** Removes the transfers up to `seq` from the range. */
  #advance(range: Range, seq: number): void {
    if (range[1] === seq) this.#nextRange += 1;
    else range[0] = seq + 1;
  }

  /** Reports the logged transfers up to a number that were not read: they do not exist. */
  #reportMissing(seq: number): void {
    for (
      let range = this.#logged[this.#nextRange];
      range && range[0] <= seq;
      range = this.#logged[this.#nextRange]
    ) {
      const last = Math.min(range[1], seq);
      this.#mismatch([range[0], last], 'as the event log says', 'no such transfers');
      this.#advance(range, last);
    }
  }

  #mismatch([first, last]: SeqRange, expected: string, found: string): void {
    const subject = first === last ? `transfer ${first}` : `transfers ${first} to ${last}`;
    this.#report({ check: 'event-log', subject, expected, found });
  }
}
