/**
 * Stores the evaluated indicators of an account and locks its trading on a breach. Each lock within 24 hours of another
 * lasts longer. A locked account is not locked again until the lock has expired.
 */
import { reject } from '../../contract/errors.ts';
import { lockDurationMs, type StoredIndicators } from '../../domain/trading/trading-status.ts';
import { accountById } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { countRecentLocks, isTradingLocked, lockedTrading } from './trading-lock.ts';

export type TradingEvaluation = {
  readonly accountId: number;
  readonly indicators: StoredIndicators;
  readonly breached: boolean;
};

/** End of the current lock; null if trading is not locked. */
export type TradingEvaluated = { readonly lockedUntilMs: number | null };

export const recordTradingIndicators: Command<TradingEvaluation, TradingEvaluated, 'account-unknown'> = {
  name: 'trading-indicators-record',
  prefetch: [({ accountId }) => [accountById(accountId)]],
  decide({ accountId, indicators, breached }, rows, context) {
    const { nowMs } = context;
    const account = rows.one(accountById(accountId));
    if (account === undefined) return reject('account-unknown', { account: accountId });
    const work = new UnitOfWork(rows, context);
    work.write({
      put: 'trading_indicators',
      row: { accountId, indicators, evaluatedAt: nowMs },
    });
    if (isTradingLocked(account, nowMs)) return work.reply({ lockedUntilMs: account.lockedUntil });
    if (!breached) return work.reply({ lockedUntilMs: null });
    const durationMs = lockDurationMs(countRecentLocks(account, nowMs));
    const set = lockedTrading(account, nowMs, durationMs, 'low-fill-rate');
    work.write({ update: 'accounts', key: { id: accountId }, set });
    return work.reply({ lockedUntilMs: set.lockedUntil });
  },
};
