/** Reads the changes of other processes from the rows of the event log that they announce. */
import { cachedChanges, cachedTables, type NamedChanges, tableOfChange } from '../cached-changes.ts';
import type { Reads } from '../reads.ts';
import type { TableName } from '../tables.ts';
import type { Missed } from './change-feed.ts';

type Apply = (changed: ReadonlySet<TableName>, named: NamedChanges) => Promise<void>;

export class RemoteChanges {
  readonly #reads: Pick<Reads, 'eventsAfter'>;
  readonly #apply: Apply;
  /** Whether a row could not be read. All cached data must then be read again. */
  hasMissed = false;

  constructor(reads: Pick<Reads, 'eventsAfter'>, apply: Apply) {
    this.#reads = reads;
    this.#apply = apply;
  }

  /** Never rejects. */
  async apply(seq: number | Missed): Promise<void> {
    try {
      const named = seq === 'missed' ? 'everything' : await this.#namedBy(seq);
      await this.#apply(named === 'everything' ? cachedTables : new Set(named.map(tableOfChange)), named);
    } catch {
      this.hasMissed = true;
    }
  }

  /** The changes that the row names; everything if it has been deleted since. */
  async #namedBy(seq: number): Promise<NamedChanges> {
    const page = await this.#reads.eventsAfter(seq - 1, 1);
    const row = page.kind === 'events' ? page.rows[0] : undefined;
    return row?.seq === seq ? cachedChanges(row.events) : 'everything';
  }
}
