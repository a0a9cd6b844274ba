/**
 * Limits what operators' reads take from customers: while these are active, one read runs at a time, and rests that are
 * many times as long as the time that it used follow it. Otherwise nothing waits.
 *
 * Among the waiting requests, the one that has used the least time relative to its waiting time reads next, so a look
 * at one customer does not wait for the end of an export, and the export makes progress too.
 */
import type { Timeline } from '../../clock/clock.ts';
import type { Reads } from '../../store/reads.ts';

/** The next read waits for this many times the duration of the last one. */
export const restFactor = 49;
/** Reads that took up to this time together, ms, need no rest between them: timers are too coarse for it. */
const burstMs = 0.25;
/** No read causes a longer rest, ms: a list gets slower, but never stands still. */
const maxRestMs = 5000;
/** Interval at which to check whether customers' commands are still in progress, ms. */
const pollMs = 20;
/** Customers count as active until this time after their last command, ms: between commits no command is in progress. */
const quietMs = 100;
/** After reads that took this time together, ms, requests that have arrived are received before the next one. */
const turnMs = 2;

/** The number of commands in progress, and the number of commands since the start. */
export type BusyEngine = { waitingCommands(): number; submittedCommands(): number };

/** A request that reads. */
export type Reading = {
  /** Time that it has used, ms. */
  readonly usedMs: number;
  /** When it stops waiting, by the same clock. */
  readonly givesUpAtMs: number;
};

/** The time that the reads of a request take, as its handler sees it. */
export type RequestPace = {
  /** Time that the reads of the request have used so far, ms. */
  readonly usedMs: number;
  /** Reads more of a list, or returns undefined if the list must end with what it has. */
  more<T>(read: () => Promise<T>): Promise<T | undefined>;
  /** The same reads, each in its turn. */
  of(reads: Reads): Reads;
  /** Does something that reads, in its turn. */
  take<T>(read: () => Promise<T>): Promise<T>;
  /** To be called between small steps of long work; rests now and then. */
  step(): Promise<void>;
};

type Waiter = {
  readonly reading: Reading;
  readonly sinceMs: number;
  readonly resolve: (mayRead: boolean) => void;
};

export class ReadPace {
  readonly #monotonic: Timeline;
  readonly #engine: BusyEngine;
  readonly #waiters: Waiter[] = [];
  #running = 0;
  /** The time at which the rests for the time used so far are over. */
  #restedAtMs = 0;
  /** The number of commands when they were last looked at. */
  #submitted = 0;
  /** Customers count as active until this time. */
  #busyUntilMs = 0;
  /** Time that reads have used in this turn of the event loop, ms. */
  #usedInTurnMs = 0;
  #awaitsTurn = false;
  #cancelTimer: (() => void) | undefined;

  constructor(monotonic: Timeline, engine: BusyEngine) {
    this.#monotonic = monotonic;
    this.#engine = engine;
  }

  now(): number {
    return this.#monotonic.now();
  }

  /** Resolves when the request may read, then it must call `ended`; or with false when it has given up. */
  next(reading: Reading): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#waiters.push({ reading, sinceMs: this.now(), resolve });
    this.#admit();
    return promise;
  }

  /** @param usedMs the time that the read took. */
  ended(usedMs: number): void {
    this.#running -= 1;
    this.spent(usedMs);
    this.#admit();
  }

  /** Adds to the rests the time of work for a request besides reading. */
  spent(usedMs: number): void {
    this.#usedInTurnMs += usedMs;
    const nowMs = this.now();
    // The read blocked the process, so requests that customers sent meanwhile are still unread: extend the busy period.
    if (nowMs - usedMs < this.#busyUntilMs) this.#busyUntilMs += usedMs;
    const restMs = this.#isBusy() ? Math.min(usedMs * restFactor, maxRestMs) : 0;
    this.#restedAtMs = Math.max(this.#restedAtMs, nowMs) + restMs;
  }

  #isBusy(): boolean {
    const submitted = this.#engine.submittedCommands();
    if (this.#engine.waitingCommands() > 0 || submitted !== this.#submitted)
      this.#busyUntilMs = this.now() + quietMs;
    this.#submitted = submitted;
    return this.now() < this.#busyUntilMs;
  }

  #admit(): void {
    if (this.#usedInTurnMs >= turnMs) {
      this.#admitNextTurn();
      return;
    }
    this.#dropLate();
    while (this.#waiters.length > 0 && this.#mayRead()) this.#take(this.#nextWaiter()).resolve(true);
    if (this.#waiters.length > 0) this.#checkLater();
  }

  #admitNextTurn(): void {
    if (this.#awaitsTurn) return;
    this.#awaitsTurn = true;
    setImmediate(() => {
      this.#awaitsTurn = false;
      this.#usedInTurnMs = 0;
      this.#admit();
    });
  }

  #mayRead(): boolean {
    if (!this.#isBusy()) return true;
    return this.#running === 0 && this.now() >= this.#restedAtMs - burstMs * restFactor;
  }

  #nextWaiter(): Waiter {
    const nowMs = this.now();
    const claimOf = ({ reading, sinceMs }: Waiter) => nowMs - sinceMs - reading.usedMs * restFactor;
    return this.#waiters.reduce((best, each) => (claimOf(each) > claimOf(best) ? each : best));
  }

  #take(waiter: Waiter): Waiter {
    this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
    this.#running += 1;
    return waiter;
  }

  #dropLate(): void {
    const nowMs = this.now();
    for (const waiter of this.#waiters.filter(({ reading }) => reading.givesUpAtMs <= nowMs)) {
      this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
      waiter.resolve(false);
    }
  }

  #checkLater(): void {
    if (this.#cancelTimer !== undefined) return;
    const restMs = this.#restedAtMs - burstMs * restFactor - this.now();
    this.#cancelTimer = this.#monotonic.after(
      Math.min(Math.max(restMs, 1), pollMs),
      () => {
        this.#cancelTimer = undefined;
        this.#admit();
      },
      { ref: false },
    );
  }
}
