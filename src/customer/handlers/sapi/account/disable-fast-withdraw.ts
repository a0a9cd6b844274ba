import { disableFastWithdraw } from '../../../../contract/sapi/account/disable-fast-withdraw.ts';
import { implement } from '../../../handler.ts';
import { turnFastWithdraw } from '../../../turn-fast-withdraw.ts';

export const disableFastWithdrawHandler = implement(disableFastWithdraw, (_values, caller, parts) =>
  turnFastWithdraw(false, caller, parts),
);
