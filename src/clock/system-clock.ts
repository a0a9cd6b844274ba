/**
 * The clock of the machine: the only file of `src/` that reads the time or starts a timer. `npm run check` refuses both
 * elsewhere. Only composition roots may import this file.
 *
 * Timeouts that Node itself keeps for a socket (`http/socket-silence.ts`) or a server (`requestTimeout`) stay Node's, and
 * so do those of the requests that `cli/` and `testing/` send (`AbortSignal.timeout`).
 */
import type { Cancel, Clock, Timeline, TimerOptions, Timers } from './clock.ts';

const timers: Timers = {
  after(ms, work, options): Cancel {
    const timer = setTimeout(work, ms);
    return cancelOf(timer, options);
  },
  every(ms, work, options): Cancel {
    const timer = setInterval(work, ms);
    return cancelOf(timer, options);
  },
};

function cancelOf(timer: NodeJS.Timeout, { ref = true }: TimerOptions = {}): Cancel {
  if (!ref) timer.unref();
  return () => clearTimeout(timer);
}

/** `performance.now()` is faster, but counts from the start of its thread. */
const threadStartMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();

const wallTime: Timeline = { now: () => Date.now(), ...timers };

export const systemClock: Clock = {
  wire: wallTime,
  world: wallTime,
  monotonic: { now: () => threadStartMs + performance.now(), ...timers },
};
