import { accountStatus } from '../../contract/wapi/account-status.ts';
import { apiTradingStatus } from '../../contract/wapi/api-trading-status.ts';
import { tradingRules } from '../../domain/trading/trading-status.ts';
import type { Row } from '../../store/tables.ts';
import { exactNumberOfText } from '../exact-json.ts';
import { implement } from '../handler.ts';

/**
 * spec: a lock for a low fill rate is reported with this text and the minutes as an argument.
 * The message of a disabled account is `Account disabled` unless the operator has set another.
 */
export const accountStatusHandler = implement(accountStatus, async (_values, { account }, { clock }) => {
  const minutes = account.enabled ? lockedMinutes(account, clock.world.now()) : 0;
  if (minutes > 0) {
    const msg = `Order failed:Low Order fill rate! Will be reactivated after ${minutes} minutes.`;
    return { msg, success: true, objs: [String(minutes)] };
  }
  const args = account.statusArguments;
  const state = account.enabled ? 'Normal' : 'Account disabled';
  return {
    msg: account.statusMessage ?? state,
    success: true,
    ...(args.length > 0 && { objs: [...args] }),
  };
});

/** @returns the minutes until the lock ends, rounded up; 0 if trading is not locked. */
function lockedMinutes({ lockedUntil }: Row<'accounts'>, nowMs: number): number {
  return lockedUntil === null || lockedUntil <= nowMs ? 0 : Math.ceil((lockedUntil - nowMs) / 60_000);
}

type StoredIndicator = { readonly i: string; readonly c: number; readonly v: string; readonly t: string };

export const apiTradingStatusHandler = implement(
  apiTradingStatus,
  async (_values, { account }, { reads, clock }) => {
    const now = clock.world.now();
    const evaluated = await reads.row('trading_indicators', { accountId: account.id });
    const indicators = (evaluated?.indicators ?? {}) as Record<string, readonly StoredIndicator[]>;
    const isLocked = account.lockedUntil !== null && account.lockedUntil > now;
    return {
      success: true,
      status: {
        isLocked,
        plannedRecoverTime: isLocked ? account.lockedUntil : 0,
        triggerCondition: tradingRules.minimumCounts,
        indicators: Object.fromEntries(
          Object.entries(indicators).map(([symbol, each]) => [
            symbol,
            each.map(({ i, c, v, t }) => ({ i, c, v: exactNumberOfText(v), t: exactNumberOfText(t) })),
          ]),
        ),
        updateTime: evaluated?.evaluatedAt ?? now,
      },
    };
  },
);
