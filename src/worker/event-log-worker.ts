/** Deletes the oldest rows of the event log, in short commits beside those of customers. */
import type { Row } from '../store/tables.ts';
import type { WorkerParts } from './worker-parts.ts';

/** Rows deleted in one commit, so that it stays short. */
const pageSize = 250;
/** Bounds the commits of one run: at one run a minute, 1,000 rows a second. */
const pagesPerRun = 240;

/** Limits of the log: older rows are deleted, and the oldest ones if there are more than this. */
export type EventLogLimits = { readonly keptMs: number; readonly keptRows: number };

/** A row takes about 60 bytes. */
const defaultLimits: EventLogLimits = { keptMs: 60 * 60_000, keptRows: 1_000_000 };

type Parts = Pick<WorkerParts, 'reads' | 'commands' | 'clock' | 'stopping'>;

export class EventLogWorker {
  readonly #parts: Parts;
  readonly #limits: EventLogLimits;

  constructor(parts: Parts, limits = defaultLimits) {
    this.#parts = parts;
    this.#limits = limits;
  }

  async pruneOld(): Promise<void> {
    for (let pages = 0; pages < pagesPerRun && !this.#parts.stopping.aborted; pages += 1) {
      if (!(await this.#prunePage())) return;
    }
  }

  /**
   * @returns when the oldest event has been kept for long enough (world time, ms), undefined if there is none. The
   * limit on the number of rows is not considered.
   */
  async dueMs(): Promise<number | undefined> {
    const { reads } = this.#parts;
    const start = await reads.eventsAfter(0, 1);
    const page = start.kind === 'pruned' ? await reads.eventsAfter(start.firstSeq - 1, 1) : start;
    const [oldest] = page.kind === 'events' ? page.rows : [];
    return oldest && oldest.at + this.#limits.keptMs + 1;
  }

  /** @returns whether there may be more to delete. */
  async #prunePage(): Promise<boolean> {
    const { reads, commands } = this.#parts;
    const start = await reads.eventsAfter(0, pageSize);
    const previousMark = start.kind === 'pruned' ? start.firstSeq - 1 : null;
    const page = previousMark === null ? start : await reads.eventsAfter(previousMark, pageSize);
    // Another process has pruned meanwhile.
    if (page.kind === 'pruned') return true;
    const rows = await this.#superfluous(page.rows);
    if (rows.length === 0) return false;
    const earlier = start.kind === 'pruned' ? start.lastTransfer : 0;
    const lastTransfer = rows
      .flatMap(({ transfers }) => transfers)
      .reduce((max, [, last]) => Math.max(max, last), earlier);
    const seqs = rows.map(({ seq }) => seq);
    const outcome = await commands.submit('pruneEventLog', { previousMark, seqs, lastTransfer });
    if (!('done' in outcome)) throw new Error(`old events are kept: ${JSON.stringify(outcome)}`);
    return rows.length === pageSize;
  }

  /** The rows that are beyond the limits, from the oldest on. */
  async #superfluous(rows: readonly Row<'event_log'>[]): Promise<readonly Row<'event_log'>[]> {
    const [oldest] = rows;
    if (oldest === undefined) return [];
    const { reads, clock } = this.#parts;
    const { keptMs, keptRows } = this.#limits;
    const keptSinceMs = clock.world.now() - keptMs;
    const later = await reads.eventsAfter(oldest.seq + keptRows - 1, pageSize);
    const keptAfterSeq = later.kind === 'events' ? (later.rows.at(-1)?.seq ?? 0) - keptRows : 0;
    const kept = rows.findIndex(({ seq, at }) => seq > keptAfterSeq && at >= keptSinceMs);
    return kept < 0 ? rows : rows.slice(0, kept);
  }
}
