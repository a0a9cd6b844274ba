import type { Cancel, Timers } from '../clock/clock.ts';

/**
 * Repeats work, one run at a time: at an interval, and whenever it is woken. The error of a failed run is reported; the
 * next run tries again.
 */
export class Periodic {
  readonly #timers: Timers;
  readonly everyMs: number;
  readonly #work: () => Promise<unknown>;
  readonly #onError: (error: unknown) => void;
  #cancel: Cancel = () => {};
  #running: Promise<void> | undefined;
  #again = false;
  #hasFailed = false;
  #stopped = false;

  /** @param everyMs interval; 0: runs only when woken. */
  constructor(
    timers: Timers,
    everyMs: number,
    work: () => Promise<unknown>,
    onError: (error: unknown) => void,
  ) {
    this.#timers = timers;
    this.everyMs = everyMs;
    this.#work = work;
    this.#onError = onError;
  }

  start(): void {
    if (this.everyMs > 0) this.#cancel = this.#timers.every(this.everyMs, () => this.#run());
  }

  /** Runs immediately, or once more after the current run. */
  wake(): void {
    if (this.#running) this.#again = true;
    else this.#run();
  }

  /** Whether its last run has failed. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Resolves when it does not run, and will not run without being woken. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Runs once more after the current run. Resolves when that run, and those that were asked for meanwhile, are done. */
  async runOnce(): Promise<void> {
    await this.idle();
    this.#run();
    await this.idle();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#running;
  }

  /** @returns the current run. */
  #run(): Promise<void> | undefined {
    if (this.#running || this.#stopped) return this.#running;
    this.#running = this.#work()
      .then(
        () => {
          this.#hasFailed = false;
        },
        (error: unknown) => {
          this.#hasFailed = true;
          this.#onError(error);
        },
      )
      .finally(() => {
        this.#running = undefined;
        if (!this.#again) return;
        this.#again = false;
        this.#run();
      });
    return this.#running;
  }
}
