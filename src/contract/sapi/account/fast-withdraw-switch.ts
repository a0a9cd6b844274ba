import { sapi } from '../../dialect.ts';
import { Type } from '../../schema.ts';

/**
 * deviation: the switch of fast withdrawals is only stored: a withdrawal to another customer is always made at once, and
 * with a fee.
 */
export const fastWithdrawSwitch = {
  dialect: sapi,
  method: 'POST',
  permission: 'trading',
  weights: { address: 1 },
  reply: Type.Object({}),
} as const;
