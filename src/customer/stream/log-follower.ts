/**
 * Reads the event log for all streams of this process, and passes on its commits in order. It reads nothing while
 * nobody needs it.
 *
 * It is woken by each commit of this process. Other processes announce only changes of cached data, so while they may
 * write, the log is also polled.
 */
import type { Cancel, Timers } from '../../clock/clock.ts';
import type { SeqRange } from '../../store/logged-events.ts';
import { StoreFault } from '../../store/port.ts';
import type { TransferAmounts } from '../../store/reads/events.ts';
import type { Reads } from '../../store/reads.ts';
import type { Row } from '../../store/tables.ts';

export type FollowedCommit = {
  readonly seq: number;
  /** World time, ms. */
  readonly at: number;
  /** The transfers that change a free Spot balance. */
  readonly transfers: readonly TransferAmounts[];
};

export type LogFollowerParts = {
  readonly reads: Pick<Reads, 'eventsAfter' | 'freeTransfers'>;
  /** Monotonic. */
  readonly timers: Timers;
  /** Whether other processes write to the store. */
  readonly othersWrite: () => boolean;
  readonly isNeeded: () => boolean;
  /** @throws StoreFault if it must be called again later, before which nothing was done. */
  readonly onCommit: (commit: FollowedCommit) => void;
  /** Commits cannot be passed on, because they were deleted or because of a bug. Following ends until someone joins. */
  readonly onMissed: () => void;
  /** Reading failed; it is tried again. */
  readonly onFault: (error: unknown) => void;
};

/** Commits per page: at most some thousand transfers. */
const pageSize = 16;
const transfersPerRead = 1000;
/** Ranges of transfers that are this close are read together, with the transfers between them. */
const maxGap = 64;
const pollIntervalMs = 50;
const retryMs = 500;
/** Openings that read at the same time. */
const maxOpenings = 16;

/** Reads a state, and returns the number of the commit after which the log has to be followed. */
type Open = () => Promise<number>;
type Opening = {
  readonly open: Open;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

export class LogFollower {
  readonly #parts: LogFollowerParts;
  /** The last commit that was passed on; undefined while nobody needs the log. */
  #position: number | undefined;
  readonly #openings: Opening[] = [];
  #isRunning = false;
  #running: Promise<void> = Promise.resolve();
  #isWoken = false;
  #cancelTimer: Cancel = () => {};
  #isStopped = false;

  constructor(parts: LogFollowerParts) {
    this.#parts = parts;
  }

  /**
   * Runs `open` while no commit is passed on; resolves before the next one is. Rejects if `open` does.
   * @throws StoreFault after `stop`.
   */
  join(open: Open): Promise<void> {
    if (this.#isStopped) return Promise.reject(stopped());
    return new Promise((resolve, reject) => {
      this.#openings.push({ open, resolve, reject });
      this.#start();
    });
  }

  /** Must be called after each commit. Costs nothing while nobody needs the log. */
  wake(): void {
    if (this.#position !== undefined) this.#start();
  }

  /** Rejects openings that have not begun. Resolves when nothing is being read any more. */
  stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTimer();
    for (const { reject } of this.#openings.splice(0)) reject(stopped());
    return this.#running;
  }

  #start(): void {
    this.#isWoken = true;
    if (this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    this.#cancelTimer();
    // Runs in the next turn, because the commands of the commit are answered in this one.
    this.#running = nextTurn().then(() => this.#run());
  }

  async #run(): Promise<void> {
    let nextReadInMs = this.#parts.othersWrite() ? pollIntervalMs : undefined;
    try {
      while (this.#isWoken && !this.#isStopped) {
        this.#isWoken = false;
        if (await this.#step()) this.#isWoken = true;
      }
    } catch (error) {
      nextReadInMs = retryMs;
      if (!(error instanceof StoreFault)) this.#miss();
      this.#parts.onFault(error);
    }
    this.#isRunning = false;
    const hasWork = this.#position !== undefined || this.#openings.length > 0;
    if (hasWork && nextReadInMs !== undefined && !this.#isStopped)
      this.#cancelTimer = this.#parts.timers.after(nextReadInMs, () => this.#start(), { ref: false });
  }

  /** @returns whether there may be more to read. */
  async #step(): Promise<boolean> {
    await this.#openNext();
    const { reads, isNeeded, onCommit } = this.#parts;
    if (this.#position === undefined || !isNeeded()) {
      this.#position = undefined;
      return this.#openings.length > 0;
    }
    const page = await reads.eventsAfter(this.#position, pageSize);
    if (page.kind === 'pruned') {
      this.#miss();
      return this.#openings.length > 0;
    }
    const transfers = await this.#transfersOf(page.rows);
    for (const row of page.rows) {
      onCommit({ seq: row.seq, at: row.at, transfers: transfersIn(row.transfers, transfers) });
      this.#position = row.seq;
    }
    if (page.rows.length > 0) await nextTurn();
    return page.rows.length === pageSize || this.#openings.length > 0;
  }

  #miss(): void {
    this.#position = undefined;
    this.#parts.onMissed();
  }

  async #openNext(): Promise<void> {
    const openings = this.#openings.splice(0, maxOpenings);
    if (openings.length === 0) return;
    let start = Number.POSITIVE_INFINITY;
    await Promise.all(
      openings.map(({ open, resolve, reject }) =>
        open().then((seq) => {
          start = Math.min(start, seq);
          resolve();
        }, reject),
      ),
    );
    // A log that is being followed has been read further than any commit that was missing.
    if (Number.isFinite(start)) this.#position ??= start;
    // Lets the joined streams continue before the next commit is passed on.
    await nextTurn();
  }

  async #transfersOf(rows: readonly Row<'event_log'>[]): Promise<ReadonlyMap<number, TransferAmounts>> {
    const found = new Map<number, TransferAmounts>();
    for (const [first, last] of spansOf(rows.flatMap(({ transfers }) => transfers))) {
      for (let next = first; next <= last; ) {
        const page = await this.#parts.reads.freeTransfers(next, last, transfersPerRead);
        for (const transfer of page) found.set(transfer.seq, transfer);
        if (page.length < transfersPerRead) break;
        next = (page.at(-1)?.seq ?? last) + 1;
      }
    }
    return found;
  }
}

/** The ranges in ascending order, those close together merged. */
function spansOf(ranges: readonly SeqRange[]): readonly SeqRange[] {
  const spans: [number, number][] = [];
  for (const [first, last] of [...ranges].sort(([one], [other]) => one - other)) {
    const span = spans.at(-1);
    if (span !== undefined && first <= span[1] + maxGap) span[1] = Math.max(span[1], last);
    else spans.push([first, last]);
  }
  return spans;
}

function transfersIn(
  ranges: readonly SeqRange[],
  known: ReadonlyMap<number, TransferAmounts>,
): TransferAmounts[] {
  const found: TransferAmounts[] = [];
  for (const [first, last] of ranges) {
    for (let seq = first; seq <= last; seq += 1) {
      const transfer = known.get(seq);
      if (transfer !== undefined) found.push(transfer);
    }
  }
  return found;
}

const stopped = () => new StoreFault('not-done', 'the server is stopping');

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));
