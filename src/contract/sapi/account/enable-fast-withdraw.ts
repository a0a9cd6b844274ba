import { operation } from '../../operation.ts';
import { fastWithdrawSwitch } from './fast-withdraw-switch.ts';

export const enableFastWithdraw = operation({
  ...fastWithdrawSwitch,
  id: 'enableFastWithdraw',
  paths: ['/sapi/v1/account/enableFastWithdrawSwitch'],
  summary: 'Turn fast withdrawals on.',
});
