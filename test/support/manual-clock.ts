/** A clock that stands still until a test advances it. */
import type { Cancel, Clock, Timeline, Timers, TimeSource } from '../../src/clock/clock.ts';
import { systemClock } from '../../src/clock/system-clock.ts';

export type ManualClockOptions = {
  /** Unix time in ms at the start. */
  readonly worldMs?: number;
  /** The lead of wire time over world time, ms. */
  readonly wireAheadMs?: number;
};

type Timer = { dueMs: number; readonly work: () => void; readonly everyMs: number | undefined };

export class ManualClock implements Clock {
  readonly wire: TimeSource;
  readonly world: Timeline;
  readonly monotonic: Timeline;
  /** In the order in which they were started. */
  readonly #timers = new Set<Timer>();
  /** Time since the clock was made, ms. */
  #elapsedMs = 0;

  constructor({ worldMs = 1_700_000_000_000, wireAheadMs = 0 }: ManualClockOptions = {}) {
    const timers: Timers = {
      after: (ms, work) => this.#add(ms, work, undefined),
      every: (ms, work) => this.#add(ms, work, ms),
    };
    this.wire = { now: () => worldMs + wireAheadMs + this.#elapsedMs };
    this.world = { now: () => worldMs + this.#elapsedMs, ...timers };
    // Another number than the world's, so that a test notices when one is taken for the other.
    this.monotonic = { now: () => 1_000_000 + this.#elapsedMs, ...timers };
  }

  /** The number of pending timers. */
  get pending(): number {
    return this.#timers.size;
  }

  /**
   * Lets `ms` milliseconds pass. Work that becomes due runs in the order of its due time, each at that time; work that
   * it starts in turn runs too, if it becomes due by then.
   */
  advance(ms: number): void {
    const endMs = this.#elapsedMs + ms;
    for (let timer = this.#next(endMs); timer !== undefined; timer = this.#next(endMs)) {
      this.#elapsedMs = Math.max(this.#elapsedMs, timer.dueMs);
      if (timer.everyMs === undefined) this.#timers.delete(timer);
      else timer.dueMs = this.#elapsedMs + timer.everyMs;
      timer.work();
    }
    this.#elapsedMs = endMs;
  }

  /** Lets time pass while no timer fires, as while the process is stopped; they fire late, with the next `advance`. */
  stall(ms: number): void {
    this.#elapsedMs += ms;
  }

  #add(ms: number, work: () => void, everyMs: number | undefined): Cancel {
    if (everyMs !== undefined && !(everyMs > 0))
      throw new RangeError('the period of a timer must be positive');
    const timer: Timer = { dueMs: this.#elapsedMs + Math.max(ms, 0), work, everyMs };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** The timer that is due first, of those that are due by then. */
  #next(byMs: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs <= byMs && (first === undefined || timer.dueMs < first.dueMs)) first = timer;
    }
    return first;
  }
}

/** A clock whose world time the function returns; its monotonic time is the machine's. */
export function clockReading(nowMs: () => number, wireAheadMs: () => number = () => 0): Clock {
  const { monotonic } = systemClock;
  const time: Timeline = { now: nowMs, after: notMade, every: notMade };
  return { wire: { now: () => nowMs() + wireAheadMs() }, world: time, monotonic };
}

function notMade(): never {
  throw new Error('this clock has no timers of the world');
}
