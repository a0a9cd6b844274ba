/**
 * Time and timers, passed to everything that needs them. Production uses the system's clock (`system-clock.ts`); tests
 * use a manual one. A world may have its own time, which runs faster, stands still or jumps.
 *
 * Every rule therefore names its time: everything visible to customers and operators uses `world`, technical limits use
 * `monotonic`.
 */

/** Stops a timer; has no effect after the work of `after` has run. */
export type Cancel = () => void;

/** A description of the work of a timer, for the report of the lab's clock. */
export type TimerLabel = { readonly what: string; readonly id: string | null };

export type TimerOptions = {
  /** False: the process may end while the timer is pending; default true. */
  readonly ref?: boolean;
  readonly label?: TimerLabel;
};

/**
 * Runs work later. A timer never fires early; one that is late does not catch up. If the work returns a promise, a test or
 * a world that moves the time by hand waits for it.
 */
export type Timers = {
  /** Runs the work once, after `ms` milliseconds of this time. */
  after(ms: number, work: () => unknown, options?: TimerOptions): Cancel;
  /** Runs the work every `ms` milliseconds (greater than 0) of this time, for the first time after `ms`. */
  every(ms: number, work: () => unknown, options?: TimerOptions): Cancel;
};

/** A time in milliseconds. */
export type TimeSource = { now(): number };

/** A time, and timers that use it. */
export type Timeline = TimeSource & Timers;

export type Clock = {
  /**
   * The time with which the timestamps of signed requests are compared, also just before the commit, and by which their
   * weights are counted. In production it equals `world`.
   */
  readonly wire: TimeSource;
  /** Unix time of the world: for locks, bans, expiry, confirmations, blocks, workers. */
  readonly world: Timeline;
  /**
   * The time since a fixed moment that is the same for all threads of a process; never set back. For latencies, drain
   * deadlines, retries, the age of connections; never for a rule that customers can see.
   */
  readonly monotonic: Timeline;
};

export type PauseOptions = TimerOptions & {
  /** Ends the pause early. */
  readonly signal?: AbortSignal;
};

/** Resolves after `ms` milliseconds, or as soon as the signal aborts. */
export function pause(timers: Timers, ms: number, { signal, ref = true }: PauseOptions = {}): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = timers.after(ms, end, { ref });
    signal?.addEventListener('abort', end);
  });
}
