import { unwrap } from '../../../../command/outcome.ts';
import { isRejection } from '../../../../contract/errors.ts';
import {
  restrictSubAccountKey,
  trustedOnly,
  unrestricted,
} from '../../../../contract/sapi/sub-account/key-restrict.ts';
import { implement } from '../../../handler.ts';
import { orderOf, viewRestriction } from './key-restriction-parts.ts';

export const restrictSubAccountKeyHandler = implement(
  restrictSubAccountKey,
  async ({ status, ipAddress = [], ...values }, { account, notAfterMs }, { commands }) => {
    const change =
      status === unrestricted ? ({ kind: 'lift' } as const) : ({ kind: 'add', ranges: ipAddress } as const);
    const order = orderOf(values, account.id);
    const outcome = unwrap(await commands.submit('restrictSubAccountKey', { ...order, change }, notAfterMs));
    if (isRejection(outcome)) return outcome;
    const { ipAllowList, updatedAtMs } = outcome.done;
    const shown = ipAllowList.length > 0 ? trustedOnly : unrestricted;
    return { status: String(shown), ...viewRestriction(order.apiKey, ipAllowList, updatedAtMs) };
  },
);
