import { enableFastWithdraw } from '../../../../contract/sapi/account/enable-fast-withdraw.ts';
import { implement } from '../../../handler.ts';
import { turnFastWithdraw } from '../../../turn-fast-withdraw.ts';

export const enableFastWithdrawHandler = implement(enableFastWithdraw, (_values, caller, parts) =>
  turnFastWithdraw(true, caller, parts),
);
