/** Finds rows by time in tables whose rows are numbered in the order of their times, without an index on the time. */
import type { SeqInterval, TimedTable } from '../../reads/lists.ts';
import type { Range } from '../../reads/page.ts';
import type { SqlRunner } from '../sql-runner.ts';

/** How far rows may be out of order, ms: the clocks of processes differ, and a commit is later than its time. */
const disorderMs = 60_000;

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
    const last = await this.#rowThrough(Number.MAX_SAFE_INTEGER);
    if (last === undefined || last.at < atMs) return Number.MAX_SAFE_INTEGER;
    let [low, high] = [0, last.seq];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      const row = await this.#rowThrough(middle);
      // Without a row after `low` there is nothing to compare.
      if (row === undefined || row.seq <= low || row.at < atMs) low = middle;
      else high = row.seq;
    }
    return low;
  }

  /** The last row with a number up to this one. */
  async #rowThrough(seq: number): Promise<{ readonly seq: number; readonly at: number } | undefined> {
    const [row] = await this.#run.values(
      `SELECT seq, ${timeColumns[this.#table]} AS at FROM ${this.#table} WHERE seq <= ? ORDER BY seq DESC LIMIT 1`,
      [seq],
    );
    return row && { seq: Number(row.seq), at: Number(row.at) };
  }
}
