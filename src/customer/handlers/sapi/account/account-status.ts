import { sapiAccountStatus } from '../../../../contract/sapi/account/account-status.ts';
import { describeStatus } from '../../../account-view.ts';
import { implement } from '../../../handler.ts';

export const sapiAccountStatusHandler = implement(sapiAccountStatus, (_values, { account }, { clock }) => ({
  data: describeStatus(account, clock.world.now()).msg,
}));
