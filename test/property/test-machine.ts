/** The time of a machine that only a test moves. Its monotonic time and timers run fast, so that nothing waits for them. */
import type { Clock, TimerOptions } from '../../src/clock/clock.ts';
import { systemClock } from '../../src/clock/system-clock.ts';

const { monotonic, world } = systemClock;
const speed = 100;

export class TestMachine implements Clock {
  nowMs = Date.UTC(2027, 0, 1, 12);
  readonly wire = { now: () => this.nowMs };
  readonly world = { ...world, now: () => this.nowMs };
  #monotonicMs = 0;
  readonly unhurried = { ...monotonic, now: () => (this.#monotonicMs += 5) };
  readonly monotonic = {
    now: this.unhurried.now,
    after: (ms: number, work: () => unknown, options?: TimerOptions) =>
      monotonic.after(ms / speed, work, options),
    // Periodic work of a process, such as letting worlds sleep, would run at moments that no seed repeats.
    every: () => () => {},
  };
}
