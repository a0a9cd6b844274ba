import { systemClock } from '../clock/system-clock.ts';

/** Time for which the process continues after a bug, ms, so that replies to completed requests can be sent. */
const lastRepliesMs = 100;

/** Ends the process with exit code 1. The log has the reason. */
export function exitAfterReplies(): void {
  systemClock.monotonic.after(lastRepliesMs, () => process.exit(1));
}
