/** A PostgreSQL database by its URL, with the timers of the system's clock. */
import { systemClock } from '../../src/clock/system-clock.ts';
import type { Database } from '../../src/store/postgres/client.ts';

export function databaseAt(url: string): Database {
  return { url, timers: systemClock.monotonic };
}
