import { accountStatus } from '../../contract/wapi/account-status.ts';
import { apiTradingStatus } from '../../contract/wapi/api-trading-status.ts';
import { describeStatus, readTradingStatus } from '../account-view.ts';
import { implement } from '../handler.ts';

export const accountStatusHandler = implement(accountStatus, async (_values, { account }, { clock }) => {
  const { msg, objs } = describeStatus(account, clock.world.now());
  return { msg, success: true, ...(objs.length > 0 && { objs: [...objs] }) };
});

export const apiTradingStatusHandler = implement(apiTradingStatus, async (_values, { account }, parts) => ({
  success: true,
  status: await readTradingStatus(account, parts),
}));
