/** Finds rows by time in tables whose rows are numbered in the order of their times, without an index on the time. */
import type { SeqInterval, TimedTable } from '../../reads/lists.ts';
import type { Range } from '../../reads/page.ts';
import type { SqlRunner } from '../sql-runner.ts';

/** How far rows may be out of order, ms: the clocks of processes differ, and a commit is later than its time. */
const disorderMs = 60_000;

/** That one statement looks at. */
const placesAtOnce = 15;

const timeColumns: Readonly<Record<TimedTable, string>> = {
  withdrawals: 'applied_at',
  deposits: 'inserted_at',
  transfers: 'at',
  audit: 'at',
};

export async function seqsInRange(
  run: SqlRunner,
  table: TimedTable,
  { from, to }: Range,
): Promise<SeqInterval> {
  const search = new TimeSearch(run, table);
  return {
    after: from === undefined ? 0 : await search.lastBefore(from - disorderMs),
    through: to === undefined ? Number.MAX_SAFE_INTEGER : await search.lastBefore(to + disorderMs + 1),
  };
}

class TimeSearch {
  readonly #run: SqlRunner;
  readonly #table: TimedTable;

  constructor(run: SqlRunner, table: TimedTable) {
    this.#run = run;
    this.#table = table;
  }

  /** A number such that the rows up to it are earlier, and those after it are not. */
  async lastBefore(atMs: number): Promise<number> {
    const [last] = await this.#rowsThrough([Number.MAX_SAFE_INTEGER]);
    if (last === undefined || last.at < atMs) return Number.MAX_SAFE_INTEGER;
    let [low, high] = [0, last.seq];
    while (high - low > 1) {
      // One statement looks at several places, because most of its time is not spent on looking.
      const places = placesBetween(low, high);
      const rows = await this.#rowsThrough(places);
      for (const [index, place] of places.entries()) {
        const row = rows[index];
        // Without a row after `low` there is nothing to compare.
        if (row === undefined || row.seq <= low || row.at < atMs) low = place;
        else {
          high = row.seq;
          break;
        }
      }
    }
    return low;
  }

  /** The last rows with numbers up to each of these, which ascend. Undefined: there is none. */
  async #rowsThrough(seqs: readonly number[]): Promise<readonly (Found | undefined)[]> {
    const time = timeColumns[this.#table];
    const one = (_: number, index: number) =>
      `SELECT * FROM (SELECT CAST(${index} AS INTEGER) AS place, seq, ${time} AS at FROM ${this.#table}
        WHERE seq <= ? ORDER BY seq DESC LIMIT 1) AS place${index}`;
    const rows = await this.#run.values(seqs.map(one).join(' UNION ALL '), seqs);
    const found = new Map(
      rows.map((row) => [Number(row.place), { seq: Number(row.seq), at: Number(row.at) }]),
    );
    return seqs.map((_, index) => found.get(index));
  }
}

type Found = { readonly seq: number; readonly at: number };

/** Up to `placesAtOnce` numbers between two, in equal distances. */
function placesBetween(low: number, high: number): readonly number[] {
  const step = (high - low) / (placesAtOnce + 1);
  const all = Array.from({ length: placesAtOnce }, (_, index) => Math.floor(low + (index + 1) * step));
  return [...new Set(all.filter((each) => each > low))];
}
