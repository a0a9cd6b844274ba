import { unwrap } from '../../../../command/outcome.ts';
import { isRejection } from '../../../../contract/errors.ts';
import { createVirtualSubAccount } from '../../../../contract/sapi/sub-account/virtual-sub-account.ts';
import { implement } from '../../../handler.ts';

export const createVirtualSubAccountHandler = implement(
  createVirtualSubAccount,
  async ({ subAccountString }, { account, notAfterMs }, { commands }) => {
    const order = { masterId: account.id, name: subAccountString.toLowerCase() };
    const outcome = unwrap(await commands.submit('openVirtualSubAccount', order, notAfterMs));
    return isRejection(outcome) ? outcome : { email: outcome.done.email };
  },
);
