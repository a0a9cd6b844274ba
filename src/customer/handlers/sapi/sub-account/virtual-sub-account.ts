import { unwrap } from '../../../../command/outcome.ts';
import { isRejection, reject } from '../../../../contract/errors.ts';
import { createVirtualSubAccount } from '../../../../contract/sapi/sub-account/virtual-sub-account.ts';
import { implement } from '../../../handler.ts';

const legalName = /^[a-z0-9._-]+$/;

export const createVirtualSubAccountHandler = implement(
  createVirtualSubAccount,
  async ({ subAccountString }, { account, notAfterMs }, { commands }) => {
    const name = subAccountString.toLowerCase();
    if (!legalName.test(name)) {
      const legalRange = '^[A-Za-z0-9._-]{1,56}$';
      return reject('parameter-illegal-characters', { parameter: 'subAccountString', legalRange });
    }
    const order = { masterId: account.id, name };
    const outcome = unwrap(await commands.submit('openVirtualSubAccount', order, notAfterMs));
    return isRejection(outcome) ? outcome : { email: outcome.done.email };
  },
);
