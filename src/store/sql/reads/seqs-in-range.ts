/** Finds rows by time in tables whose rows are numbered in the order of their times, without an index on the time. */
import type { SeqInterval, TimedTable } from '../../reads/lists.ts';
import type { Range } from '../../reads/page.ts';
import type { SqlRunner } from '../sql-runner.ts';

/** Maximum disorder of the rows, ms: the clocks of processes differ, and rows are committed after their time. */
const disorderMs = 60_000;

/** Maximum number of rows that one statement looks up. */
const probesPerStatement = 15;

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

  /** @returns a number such that the rows up to it are earlier than `atMs`, and the rows after it are not. */
  async lastBefore(atMs: number): Promise<number> {
    const [last] = await this.#rowsThrough([Number.MAX_SAFE_INTEGER]);
    if (last === undefined || last.at < atMs) return Number.MAX_SAFE_INTEGER;
    let [low, high] = [0, last.seq];
    while (high - low > 1) {
      // One statement looks up several numbers, because each look-up costs little compared with a statement.
      const probes = probesBetween(low, high);
      const rows = await this.#rowsThrough(probes);
      for (const [index, probe] of probes.entries()) {
        const row = rows[index];
        // If no row lies between `low` and the number, there is nothing to compare.
        if (row === undefined || row.seq <= low || row.at < atMs) low = probe;
        else {
          high = row.seq;
          break;
        }
      }
    }
    return low;
  }

  /** @returns for each of these ascending numbers the last row up to it; undefined: there is none. */
  async #rowsThrough(seqs: readonly number[]): Promise<readonly (Found | undefined)[]> {
    const time = timeColumns[this.#table];
    const one = (_: number, index: number) =>
      `SELECT * FROM (SELECT CAST(${index} AS INTEGER) AS probe, seq, ${time} AS at FROM ${this.#table}
        WHERE seq <= ? ORDER BY seq DESC LIMIT 1) AS probe${index}`;
    const rows = await this.#run.values(seqs.map(one).join(' UNION ALL '), seqs);
    const found = new Map(
      rows.map((row) => [Number(row.probe), { seq: Number(row.seq), at: Number(row.at) }]),
    );
    return seqs.map((_, index) => found.get(index));
  }
}

type Found = { readonly seq: number; readonly at: number };

/** Up to `probesPerStatement` numbers between two, at equal distances. */
function probesBetween(low: number, high: number): readonly number[] {
  const step = (high - low) / (probesPerStatement + 1);
  const all = Array.from({ length: probesPerStatement }, (_, index) => Math.floor(low + (index + 1) * step));
  return [...new Set(all.filter((each) => each > low))];
}
