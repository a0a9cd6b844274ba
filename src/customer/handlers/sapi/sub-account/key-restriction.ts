import { isRejection, reject } from '../../../../contract/errors.ts';
import { subAccountKeyRestriction } from '../../../../contract/sapi/sub-account/key-restriction.ts';
import { subAccountOf } from '../../../family.ts';
import { implement } from '../../../handler.ts';
import { viewRestriction } from './key-restriction-parts.ts';

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
