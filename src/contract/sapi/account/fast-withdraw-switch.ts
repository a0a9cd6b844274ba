import { sapi } from '../../dialect.ts';
import { operation } from '../../operation.ts';
import { Type } from '../../schema.ts';

/**
 * deviation: the switch of fast withdrawals is only stored: a withdrawal to another customer is always made at once, and
 * with a fee.
 */
const declared = {
  dialect: sapi,
  method: 'POST',
  permission: 'trading',
  weights: { address: 1 },
  reply: Type.Object({}),
} as const;

export const enableFastWithdraw = operation({
  ...declared,
  id: 'enableFastWithdraw',
  paths: ['/sapi/v1/account/enableFastWithdrawSwitch'],
  summary: 'Turn fast withdrawals on.',
});

export const disableFastWithdraw = operation({
  ...declared,
  id: 'disableFastWithdraw',
  paths: ['/sapi/v1/account/disableFastWithdrawSwitch'],
  summary: 'Turn fast withdrawals off.',
});
