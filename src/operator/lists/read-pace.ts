/**
 * Limits the share of the main thread that lists take while customers' commands are in progress, because that thread
 * also serves customers: a list is read in slices, and after each of them the next slice of any list waits. While
 * nothing else is in progress, nothing waits.
 */
import { pause, type Timeline } from '../../clock/clock.ts';

/** How many times as long as a slice took the next one waits. */
const restFactor = 24;
/** No slice waits longer, ms: a list gets slower, but never stands still. */
const maxWaitMs = 500;
/** The time of a request besides its rows, and that of a row: reading, rendering and sending it, ms. */
const costOfSliceMs = 0.4;
const costOfRowMs = 0.015;

/** How many commands are in progress, and how many there were since the start. */
type Engine = { waitingCommands(): number; submittedCommands(): number };

export class ReadPace {
  readonly #monotonic: Timeline;
  readonly #engine: Engine;
  /** When the next slice may begin. */
  #freeAtMs = 0;
  /** The number of commands after the last slice. */
  #submitted = 0;

  constructor(monotonic: Timeline, engine: Engine) {
    this.#monotonic = monotonic;
    this.#engine = engine;
  }

  /** Resolves when the next slice may be read. */
  async next(): Promise<void> {
    const waitMs = Math.min(this.#freeAtMs - this.#monotonic.now(), maxWaitMs);
    if (waitMs > 0 && this.#isBusy()) await pause(this.#monotonic, waitMs, { ref: false });
  }

  #isBusy(): boolean {
    return this.#engine.waitingCommands() > 0 || this.#engine.submittedCommands() !== this.#submitted;
  }

  /** Must be called with the number of rows that a slice returned. */
  spent(rows: number): void {
    const restMs = (costOfSliceMs + rows * costOfRowMs) * restFactor;
    this.#submitted = this.#engine.submittedCommands();
    this.#freeAtMs = Math.max(this.#freeAtMs, this.#monotonic.now()) + restMs;
  }
}
