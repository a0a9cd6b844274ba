/** The state of an account, as every dialect shows it. */
import type { Static } from '../contract/schema.ts';
import type { tradingStatusFields } from '../contract/trading-status-fields.ts';
import { tradingRules } from '../domain/trading/trading-status.ts';
import type { Row } from '../store/tables.ts';
import { exactNumberOfText } from './exact-json.ts';
import type { HandlerParts } from './handler.ts';

export function isTradingLocked({ lockedUntil }: Row<'accounts'>, nowMs: number): boolean {
  return lockedUntil !== null && lockedUntil > nowMs;
}

/**
 * spec: a lock for a low fill rate is reported with this text and the minutes, rounded up, as an argument.
 * The message of a disabled account is `Account disabled` unless the operator has set another.
 */
export function describeStatus(
  account: Row<'accounts'>,
  nowMs: number,
): { readonly msg: string; readonly objs: readonly string[] } {
  if (account.enabled && isTradingLocked(account, nowMs)) {
    const minutes = Math.ceil(((account.lockedUntil ?? nowMs) - nowMs) / 60_000);
    const msg = `Order failed:Low Order fill rate! Will be reactivated after ${minutes} minutes.`;
    return { msg, objs: [String(minutes)] };
  }
  const state = account.enabled ? 'Normal' : 'Account disabled';
  return { msg: account.statusMessage ?? state, objs: account.statusArguments };
}

type StoredIndicator = {
  readonly i: 'UFR' | 'IFER' | 'GCR';
  readonly c: number;
  readonly v: string;
  readonly t: string;
};

export async function readTradingStatus(
  account: Row<'accounts'>,
  { reads, clock }: Pick<HandlerParts, 'reads' | 'clock'>,
): Promise<Static<typeof tradingStatusFields>> {
  const now = clock.world.now();
  const evaluated = await reads.row('trading_indicators', { accountId: account.id });
  // cast: the worker writes them so.
  const indicators = (evaluated?.indicators ?? {}) as Record<string, readonly StoredIndicator[]>;
  const isLocked = isTradingLocked(account, now);
  return {
    isLocked,
    plannedRecoverTime: isLocked ? (account.lockedUntil ?? 0) : 0,
    triggerCondition: tradingRules.minimumCounts,
    indicators: Object.fromEntries(
      Object.entries(indicators).map(([symbol, each]) => [
        symbol,
        each.map(({ i, c, v, t }) => ({ i, c, v: exactNumberOfText(v), t: exactNumberOfText(t) })),
      ]),
    ),
    updateTime: evaluated?.evaluatedAt ?? now,
  };
}
