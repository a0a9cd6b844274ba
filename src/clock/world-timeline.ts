/** Timers of a world whose time can stand still and be moved forward. They wait while it stands still. */
import type { Cancel, Timeline, TimerLabel, TimerOptions, Timers } from './clock.ts';
import type { WorldTime } from './world-time.ts';

/** Work that was due at a time of the world and has been done. */
export type DoneWork = TimerLabel & {
  /** World time in ms. */
  readonly at: number;
};

/** The longest time that a timer of the machine can wait, ms. */
const maxWaitMs = 2 ** 31 - 1;

type Entry = {
  readonly work: () => unknown;
  readonly everyMs: number | undefined;
  readonly options: TimerOptions | undefined;
  dueMs: number;
  cancel: Cancel;
};

export class WorldTimeline implements Timeline {
  readonly #time: WorldTime;
  readonly #machine: Timers;
  /** In the order in which they were started. */
  readonly #entries = new Set<Entry>();

  constructor(time: WorldTime, machine: Timers) {
    this.#time = time;
    this.#machine = machine;
  }

  now(): number {
    return this.#time.now();
  }

  after(ms: number, work: () => unknown, options?: TimerOptions): Cancel {
    return this.#add({ work, everyMs: undefined, options, dueMs: this.now() + ms, cancel: () => {} });
  }

  every(ms: number, work: () => unknown, options?: TimerOptions): Cancel {
    return this.#add({ work, everyMs: ms, options, dueMs: this.now() + ms, cancel: () => {} });
  }

  /** Sets the timers anew; to be called on each thread after the time was frozen, resumed or moved. */
  reset(): void {
    for (const entry of this.#entries) this.#arm(entry);
  }

  /** Lets the work of `every` that was due by now, which somebody else has done, wait its whole interval. */
  skipPeriodic(): void {
    for (const entry of this.#entries) if (this.#isOverdue(entry)) this.#postpone(entry);
  }

  /** The due time of the work of `after` that is due first. */
  get next(): DoneWork | undefined {
    const entry = this.#first();
    return entry && doneWork(entry, entry.dueMs);
  }

  /** Does the work of `after` that is due first. Resolves when it is done. */
  async runNext(): Promise<DoneWork | undefined> {
    const entry = this.#first();
    if (entry === undefined) return undefined;
    this.#remove(entry);
    await entry.work();
    return doneWork(entry, entry.dueMs);
  }

  /** Does the work of `every` that was due by now, once. Resolves when it is done. */
  async runPeriodic(): Promise<void> {
    for (const entry of [...this.#entries]) {
      if (!this.#isOverdue(entry)) continue;
      this.#postpone(entry);
      await entry.work();
    }
  }

  #isOverdue({ everyMs, dueMs }: Entry): boolean {
    return everyMs !== undefined && dueMs <= this.now();
  }

  #postpone(entry: Entry): void {
    entry.dueMs = this.now() + (entry.everyMs ?? 0);
  }

  #first(): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of this.#entries)
      if (entry.everyMs === undefined && (first === undefined || entry.dueMs < first.dueMs)) first = entry;
    return first;
  }

  #add(entry: Entry): Cancel {
    this.#entries.add(entry);
    this.#arm(entry);
    return () => this.#remove(entry);
  }

  #remove(entry: Entry): void {
    entry.cancel();
    this.#entries.delete(entry);
  }

  #arm(entry: Entry): void {
    entry.cancel();
    entry.cancel = () => {};
    if (this.#time.state.frozenAt !== null) return;
    const waitMs = Math.min(Math.max(entry.dueMs - this.now(), 0), maxWaitMs);
    entry.cancel = this.#machine.after(waitMs, () => this.#fire(entry), entry.options);
  }

  #fire(entry: Entry): void {
    // Otherwise it was frozen meanwhile, or has to wait longer than a timer of the machine can.
    const isDue = this.#time.state.frozenAt === null && this.now() >= entry.dueMs;
    if (isDue) this.#postpone(entry);
    if (isDue && entry.everyMs === undefined) this.#entries.delete(entry);
    else this.#arm(entry);
    if (isDue) entry.work();
  }
}

function doneWork({ options }: Entry, at: number): DoneWork {
  const { what, id } = options?.label ?? { what: 'timer', id: null };
  return { at, what, id };
}
