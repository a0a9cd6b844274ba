import { bnbBurnStatus } from '../../../../contract/sapi/account/bnb-burn-status.ts';
import { switchesOf } from '../../../../domain/account-switches.ts';
import { viewBnbBurn } from '../../../bnb-burn-view.ts';
import { implement } from '../../../handler.ts';

export const bnbBurnStatusHandler = implement(bnbBurnStatus, async (_values, { account }, { reads }) =>
  viewBnbBurn(switchesOf(await reads.row('account_switches', { accountId: account.id }))),
);
