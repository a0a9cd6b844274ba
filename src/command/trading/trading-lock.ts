/** The columns of an account that lock and unlock its trading. */
import type { Row } from '../../store/tables.ts';

type LockColumns = Pick<Row<'accounts'>, 'lockedUntil' | 'lockReason' | 'lockCount' | 'lastLockedAt'>;

const dayMs = 86_400_000;

export function isTradingLocked({ lockedUntil }: LockColumns, nowMs: number): boolean {
  return lockedUntil !== null && lockedUntil > nowMs;
}

/** @returns the number of earlier locks that lengthen the next one: those that follow each other within 24 hours. */
export function countRecentLocks({ lockCount, lastLockedAt }: LockColumns, nowMs: number): number {
  return lastLockedAt !== null && nowMs - lastLockedAt < dayMs ? lockCount : 0;
}

export function lockedTrading(
  account: LockColumns,
  nowMs: number,
  durationMs: number,
  reason: string,
): LockColumns {
  return {
    lockedUntil: nowMs + durationMs,
    lockReason: reason,
    lockCount: countRecentLocks(account, nowMs) + 1,
    lastLockedAt: nowMs,
  };
}

/**
 * Unlocking by an operator also resets the count of locks, so that the next one is short again, and excludes earlier
 * orders from the indicators.
 */
export function unlockedTrading(nowMs: number): LockColumns {
  return { lockedUntil: null, lockReason: null, lockCount: 0, lastLockedAt: nowMs };
}
