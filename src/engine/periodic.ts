import type { Cancel, Timers } from '../clock/clock.ts';

/**
 * Work that is done again and again, one run at a time: every so often, and soon after somebody woke it. A run that
 * fails is reported and tried again next time.
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

  /** `everyMs` 0: only when woken. */
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

  /** Runs now, or once more when the run under way ends. */
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
