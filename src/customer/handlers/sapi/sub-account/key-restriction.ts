import { unwrap } from '../../../../command/outcome.ts';
import { isRejection, reject } from '../../../../contract/errors.ts';
import { removeSubAccountKeyAddresses } from '../../../../contract/sapi/sub-account/key-address-removal.ts';
import {
  restrictSubAccountKey,
  trustedOnly,
  unrestricted,
} from '../../../../contract/sapi/sub-account/key-restrict.ts';
import { subAccountKeyRestriction } from '../../../../contract/sapi/sub-account/key-restriction.ts';
import { emailInForm, subAccountOf } from '../../../family.ts';
import { implement } from '../../../handler.ts';

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

export const subAccountKeyRestrictionHandler = implement(
  subAccountKeyRestriction,
  async ({ email, subAccountApiKey: apiKey }, { account }, parts) => {
    const sub = await subAccountOf(email, account, parts);
    if (isRejection(sub)) return sub;
    const key = await parts.reads.row('api_keys', { apiKey });
    if (key?.accountId !== sub.id) return reject('api-key-unknown', { apiKey, email: sub.email });
    return {
      ipRestrict: String(key.ipAllowList.length > 0),
      ...viewRestriction(apiKey, key.ipAllowList, key.updatedAt),
    };
  },
);

type NamedKey = { readonly email: string; readonly subAccountApiKey: string };

function orderOf({ email, subAccountApiKey }: NamedKey, masterId: number) {
  return { masterId, email: emailInForm(email), apiKey: subAccountApiKey };
}

function viewRestriction(apiKey: string, ipList: readonly string[], updateTime: number) {
  return { ipList: [...ipList], updateTime, apiKey };
}
