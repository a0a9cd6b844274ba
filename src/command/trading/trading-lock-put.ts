/** Locks the trading of an account for a limited time, or unlocks it, on behalf of an operator. */
import { reject } from '../../contract/errors.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { lockDurationMs } from '../../domain/trading/trading-status.ts';
import { accountByEmail } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { noAccount } from '../operator-rejections.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { lockedTrading, unlockedTrading } from './trading-lock.ts';

export type TradingLockSetting = {
  readonly operator: Operator;
  readonly email: string;
  readonly locked: boolean;
  /** Duration of the lock; default 5 minutes. */
  readonly recoverAfterMs?: number | undefined;
  /** Default 'operator'; automatic locks have 'low-fill-rate'. */
  readonly reason?: string | undefined;
};

export type TradingLockSet = { readonly email: string; readonly lockedUntilMs: number | null };

const maxLockMs = 365 * 86_400_000;

export const putTradingLock: Command<
  TradingLockSetting,
  TradingLockSet,
  'account-unknown' | 'lock-duration-invalid'
> = {
  name: 'trading-lock-put',
  changesLatest: true,
  prefetch: [({ email }) => [accountByEmail(normaliseEmail(email))]],
  decide({ operator, locked, recoverAfterMs = lockDurationMs(0), reason, ...setting }, rows, context) {
    const email = normaliseEmail(setting.email);
    const account = rows.one(accountByEmail(email));
    if (account === undefined) return noAccount(email);
    if (!Number.isInteger(recoverAfterMs) || recoverAfterMs < 1 || recoverAfterMs > maxLockMs) {
      return reject('lock-duration-invalid', { maxMs: maxLockMs });
    }
    const set = locked
      ? lockedTrading(account, context.nowMs, recoverAfterMs, reason ?? 'operator')
      : unlockedTrading(context.nowMs);
    const work = new UnitOfWork(rows, context);
    work.write({ update: 'accounts', key: { id: account.id }, set });
    work.audit(operator, 'trading-lock-put', email, {
      from: account.lockedUntil,
      to: set.lockedUntil,
      reason: set.lockReason,
    });
    return work.reply({ email, lockedUntilMs: set.lockedUntil });
  },
};
