/** The time limits of operators' sessions. Times are wire times, ms. */

/** A session without a request ends after this time. */
const idleMs = 30 * 60_000;
/** Every session ends after this time. */
const lifeMs = 12 * 3_600_000;

/** The ends of a session that begins now. */
export function endsOfNew(nowMs: number): { readonly idleUntil: number; readonly expiresAt: number } {
  return { idleUntil: nowMs + idleMs, expiresAt: nowMs + lifeMs };
}

/** The idle end of a session that is used now. */
export function idleEnd(nowMs: number, expiresAt: number): number {
  return Math.min(nowMs + idleMs, expiresAt);
}
