import { sapiApiTradingStatus } from '../../../../contract/sapi/account/api-trading-status.ts';
import { readTradingStatus } from '../../../account-view.ts';
import { implement } from '../../../handler.ts';

export const sapiApiTradingStatusHandler = implement(
  sapiApiTradingStatus,
  async (_values, { account }, parts) => ({ data: await readTradingStatus(account, parts) }),
);
