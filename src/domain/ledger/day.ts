/** Days of the ledger: UTC days, numbered from 1970. */
const dayMs = 86_400_000;

export function dayOf(timeMs: number): number {
  return Math.floor(timeMs / dayMs);
}

/** The first millisecond of the day. */
export function startOfDay(day: number): number {
  return day * dayMs;
}

/** The last millisecond of the day. */
export function endOfDay(day: number): number {
  return startOfDay(day + 1) - 1;
}
