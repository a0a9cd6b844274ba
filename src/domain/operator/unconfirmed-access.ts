/**
 * Access that the bootstrap token has opened for somebody else than the first administrator. For some days it does not
 * count where several people are needed: otherwise the holder of the token could be all of them. Meanwhile everybody
 * sees it in the list of operators and in the audit trail, and an administrator can confirm it with another link.
 */
const unconfirmedMs = 7 * 86_400_000;

/** By the time of the world. */
export const unconfirmedEnd = (nowMs: number): number => nowMs + unconfirmedMs;

/** @param untilMs null: the access is confirmed. */
export const isUnconfirmed = (untilMs: number | null, nowMs: number): boolean =>
  untilMs !== null && nowMs < untilMs;

/** Whether the access was unconfirmed at a time, as far as the end of the last unconfirmed access shows. */
export const wasUnconfirmed = (untilMs: number | null, atMs: number): boolean =>
  isUnconfirmed(untilMs, atMs) && untilMs !== null && atMs >= untilMs - unconfirmedMs;
