/** The clock of a process with the rehearsal lab: its world can be frozen, resumed and moved forward. */
import type { Clock, TimeSource } from './clock.ts';
import { WorldTime } from './world-time.ts';
import { WorldTimeline } from './world-timeline.ts';

export class LabClock implements Clock {
  readonly wire: TimeSource;
  readonly world: WorldTimeline;
  readonly monotonic: Clock['monotonic'];
  readonly time: WorldTime;
  readonly #machine: Clock;

  /** @param buffer of the world time of another thread of this process. */
  constructor(machine: Clock, buffer?: SharedArrayBuffer) {
    this.#machine = machine;
    this.time = new WorldTime(machine.wire, buffer);
    this.wire = { now: () => this.time.wireNow() };
    this.world = new WorldTimeline(this.time, machine.monotonic);
    this.monotonic = machine.monotonic;
  }

  /** The same time with other timers, for an engine on the same thread, which does its periodic work itself. */
  withOtherTimers(): LabClock {
    return new LabClock(this.#machine, this.time.buffer);
  }
}
