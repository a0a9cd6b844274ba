/**
 * The number up to which the event log is complete. Numbers are assigned when a row is written, so the later of two commits
 * may have the lower number, and a reader that continued beyond a number that is not committed yet would miss it.
 *
 * Numbers without a gap need no horizon. At a gap, the last assigned number is marked together with the next
 * transaction id (`pg_current_xact_id`). The mark is passed when every transaction below that id has ended
 * (`pg_snapshot_xmin`): then the missing number was rolled back, or it is visible. Neither readers nor writers wait
 * for each other. A transaction that stays open after it has written something, in any database of the cluster, holds
 * back the horizon, but only matters at a gap.
 */
import { present } from '../../boundary/present.ts';
import type { Select } from './client.ts';

type Mark = { readonly seq: number; readonly nextId: bigint };

/** Passing any of them moves the horizon, so more are not needed. */
const maxMarks = 64;

export class EventHorizon {
  readonly #select: Select;
  readonly #marks: Mark[] = [];
  #seq = 0;

  constructor(select: Select) {
    this.#select = select;
  }

  /** Rows up to this number are visible, or will never be. */
  get seq(): number {
    return this.#seq;
  }

  async advance(): Promise<void> {
    const [row] = await this.#select('SELECT last_seq, next_id, oldest_id FROM event_log_mark()');
    if (row === undefined) return;
    if (this.#marks.length >= maxMarks) this.#marks.pop();
    this.#marks.push({ seq: Number(row.last_seq), nextId: BigInt(String(row.next_id)) });
    const oldestId = BigInt(String(row.oldest_id));
    while (this.#marks[0] !== undefined && this.#marks[0].nextId <= oldestId) {
      this.#seq = Math.max(this.#seq, present(this.#marks.shift()).seq);
    }
  }
}
