/** What locks and unlocks an account's trading in its row, however it comes about. */
import type { Row } from '../../store/tables.ts';

type LockColumns = Pick<Row<'accounts'>, 'locked_until' | 'lock_reason' | 'lock_count' | 'last_locked_at'>;

const dayMs = 86_400_000;

export function isTradingLocked({ locked_until }: LockColumns, nowMs: number): boolean {
  return locked_until !== null && locked_until > nowMs;
}

/** Earlier locks that make the next one longer: a lock counts as long as another follows within 24 hours. */
export function countRecentLocks({ lock_count, last_locked_at }: LockColumns, nowMs: number): number {
  return last_locked_at !== null && nowMs - last_locked_at < dayMs ? lock_count : 0;
}

export function lockedTrading(
  account: LockColumns,
  nowMs: number,
  durationMs: number,
  reason: string,
): LockColumns {
  return {
    locked_until: nowMs + durationMs,
    lock_reason: reason,
    lock_count: countRecentLocks(account, nowMs) + 1,
    last_locked_at: nowMs,
  };
}

/**
 * An operator who takes a lock away also forgives it: the next one is short again, and the orders before are not judged
 * another time.
 */
export function unlockedTrading(nowMs: number): LockColumns {
  return { locked_until: null, lock_reason: null, lock_count: 0, last_locked_at: nowMs };
}
