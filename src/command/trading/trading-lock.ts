/** What locks and unlocks an account's trading in its row, however it comes about. */
import type { Row } from '../../store/tables.ts';

type LockColumns = Pick<Row<'accounts'>, 'lockedUntil' | 'lockReason' | 'lockCount' | 'lastLockedAt'>;

const dayMs = 86_400_000;

export function isTradingLocked({ lockedUntil }: LockColumns, nowMs: number): boolean {
  return lockedUntil !== null && lockedUntil > nowMs;
}

/** Earlier locks that make the next one longer: a lock counts as long as another follows within 24 hours. */
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
 * An operator who takes a lock away also forgives it: the next one is short again, and the orders before are not judged
 * another time.
 */
export function unlockedTrading(nowMs: number): LockColumns {
  return { lockedUntil: null, lockReason: null, lockCount: 0, lastLockedAt: nowMs };
}
