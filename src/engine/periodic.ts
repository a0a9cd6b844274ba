import type { Cancel, Timers } from '../clock/clock.ts';

/**
 * Repeats work, one run at a time: at an interval, and whenever it is woken. The error of a failed run is reported; the
 * next run tries again.
 */
export class Periodic {
  readonly #timers: Timers;
  readonly #everyMs: number;
  readonly #work: () => Promise<unknown>;
  readonly #onError: (error: unknown) => void;
  #cancel: Cancel = () => {};
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  /** @param everyMs interval; 0: runs only when woken. */
  constructor(
    timers: Timers,
    everyMs: number,
    work: () => Promise<unknown>,
    onError: (error: unknown) => void,
  ) {
    this.#timers = timers;
    this.#everyMs = everyMs;
    this.#work = work;
    this.#onError = onError;
  }

  start(): void {
    if (this.#everyMs > 0) this.#cancel = this.#timers.every(this.#everyMs, () => this.#run());
  }

  /** Runs immediately, or once more after the current run. */
  wake(): void {
    if (this.#running) this.#again = true;
    else this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#running;
  }

  #run(): void {
    if (this.#running || this.#stopped) return;
    this.#running = this.#work()
      .then(() => {}, this.#onError)
      .finally(() => {
        this.#running = undefined;
        if (!this.#again) return;
        this.#again = false;
        this.#run();
      });
  }
}
