import { unwrap } from '../../../../command/outcome.ts';
import { isRejection } from '../../../../contract/errors.ts';
import { removeSubAccountKeyAddresses } from '../../../../contract/sapi/sub-account/key-address-removal.ts';
import { implement } from '../../../handler.ts';
import { orderOf, viewRestriction } from './key-restriction-parts.ts';

export const removeSubAccountKeyAddressesHandler = implement(
  removeSubAccountKeyAddresses,
  async ({ ipAddress, ...values }, { account, notAfterMs }, { commands }) => {
    const order = orderOf(values, account.id);
    const change = { kind: 'remove', ranges: ipAddress } as const;
    const outcome = unwrap(await commands.submit('restrictSubAccountKey', { ...order, change }, notAfterMs));
    if (isRejection(outcome)) return outcome;
    const { ipAllowList, updatedAtMs } = outcome.done;
    const ipRestrict = String(ipAllowList.length > 0);
    return { ipRestrict, ...viewRestriction(order.apiKey, ipAllowList, updatedAtMs) };
  },
);
