/** The users of a world, and the time since the last use: many use it at a time, but it is changed by one alone. */
import type { RegistryClock } from './world-options.ts';

export class WorldUse {
  /** Machine time of the last use. */
  lastAt: number;
  readonly #clock: RegistryClock;
  /** Time of the last use, by the monotonic clock. */
  #lastMs: number;
  /** By the monotonic clock. */
  #owesReplyUntilMs = 0;
  #users = 0;
  /** While it is being changed, nobody begins to use it. It never rejects. */
  #change: Promise<unknown> | undefined;
  #onUnused: (() => void) | undefined;
  #ended: Error | undefined;

  constructor(clock: RegistryClock) {
    this.#clock = clock;
    this.lastAt = clock.wire.now();
    this.#lastMs = clock.monotonic.now();
  }

  get isInUse(): boolean {
    return this.#users > 0 || this.isChanging;
  }

  get isChanging(): boolean {
    return this.#change !== undefined;
  }

  get unusedMs(): number {
    const nowMs = this.#clock.monotonic.now();
    return this.isInUse || nowMs < this.#owesReplyUntilMs ? 0 : nowMs - this.#lastMs;
  }

  /** A use that ends with the work. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    while (this.#change !== undefined) await this.#change;
    this.#checkExists();
    this.noteUsers(1);
    try {
      return await work();
    } finally {
      this.noteUsers(-1);
    }
  }

  /** Runs the work beside users of the world, but not during a change; it does not count as a use. */
  async besides<T>(work: () => Promise<T>): Promise<T> {
    while (this.#change !== undefined) await this.#change;
    this.#checkExists();
    this.#users += 1;
    try {
      return await work();
    } finally {
      this.#users -= 1;
      if (this.#users === 0) this.#onUnused?.();
    }
  }

  /** A reply that is sent later is a use until then. */
  noteLateReply(afterMs: number): void {
    this.#owesReplyUntilMs = Math.max(this.#owesReplyUntilMs, this.#clock.monotonic.now() + afterMs);
  }

  noteUsers(change: 1 | -1): void {
    this.#users += change;
    if (change > 0) return;
    this.note();
    if (this.#users === 0) this.#onUnused?.();
  }

  note(): void {
    this.#lastMs = this.#clock.monotonic.now();
    this.lastAt = this.#clock.wire.now();
  }

  /** Begins a change when nobody uses the world any more; no use begins before the change ends. */
  async alone<T>(change: () => Promise<T>): Promise<T> {
    while (this.#change !== undefined) await this.#change;
    this.#checkExists();
    return this.#changeBy(change);
  }

  /** Makes the last change. Work that has not begun yet, and all later work, fails with the error. */
  async end<T>(error: Error, change: () => Promise<T>): Promise<T> {
    this.#ended = error;
    while (this.#change !== undefined) await this.#change;
    return this.#changeBy(change);
  }

  #checkExists(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }

  /** Call it in the same turn as the check that no change is in progress. */
  #changeBy<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#unused().then(() => {
      this.#onUnused = undefined;
      return change();
    });
    const settled = result.then(
      () => {},
      () => {},
    );
    this.#change = settled;
    void settled.then(() => {
      if (this.#change === settled) this.#change = undefined;
    });
    return result;
  }

  #unused(): Promise<void> {
    if (this.#users === 0) return Promise.resolve();
    return new Promise<void>((resolve) => {
      this.#onUnused = resolve;
    });
  }
}
