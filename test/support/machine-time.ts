/** The time of the machine, for everything in the process of the test that reads it. Timers are as fast as ever. */
import { mock } from 'node:test';

const realNow = Date.now;

/** Time passes, until `restoreMachineTime`. */
export function letMachineTimePass(ms: number): void {
  const passedMs = Date.now() - realNow() + ms;
  restoreMachineTime();
  mock.method(Date, 'now', () => realNow() + passedMs);
}

export function restoreMachineTime(): void {
  mock.restoreAll();
}
