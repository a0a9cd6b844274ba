import { operation } from '../../operation.ts';
import { fastWithdrawSwitch } from './fast-withdraw-switch.ts';

export const disableFastWithdraw = operation({
  ...fastWithdrawSwitch,
  id: 'disableFastWithdraw',
  paths: ['/sapi/v1/account/disableFastWithdrawSwitch'],
  summary: 'Turn fast withdrawals off.',
});
