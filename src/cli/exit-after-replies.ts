import { systemClock } from '../clock/system-clock.ts';

/** How long the process continues after a bug, so that the replies to completed requests can be sent. */
const lastRepliesMs = 100;

/** Ends the process with exit code 1. The log has the reason. */
export function exitAfterReplies(): void {
  systemClock.monotonic.after(lastRepliesMs, () => process.exit(1));
}
