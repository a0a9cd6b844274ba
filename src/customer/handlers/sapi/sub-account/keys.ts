import { unwrap } from '../../../../command/outcome.ts';
import { isRejection } from '../../../../contract/errors.ts';
import { subAccountKeyList } from '../../../../contract/sapi/sub-account/key-list.ts';
import { permitSubAccountKey } from '../../../../contract/sapi/sub-account/key-permissions.ts';
import { revokeSubAccountKey } from '../../../../contract/sapi/sub-account/key-revoke.ts';
import { emailInForm, pageNumbered, subAccountOf } from '../../../family.ts';
import { implement } from '../../../handler.ts';
import { readGrants, viewGrants } from './key-grants.ts';

export const subAccountKeyListHandler = implement(
  subAccountKeyList,
  async ({ email, subAccountApiKey: wanted, page, size = 30 }, { account }, parts) => {
    const sub = await subAccountOf(email, account, parts);
    if (isRejection(sub)) return sub;
    const keys = await parts.reads.rows('api_keys', { accountId: sub.id });
    const found = keys
      .filter(({ apiKey }) => wanted === undefined || apiKey === wanted)
      .sort((one, other) => one.createdAt - other.createdAt);
    const { offset, limit } = pageNumbered(page, size);
    return {
      total: found.length,
      rows: found.slice(offset, offset + limit).map((row) => ({
        email: sub.email,
        apiName: row.name,
        apikey: row.apiKey,
        ...viewGrants(row.permissions),
        timestamp: row.updatedAt,
      })),
    };
  },
);

export const permitSubAccountKeyHandler = implement(
  permitSubAccountKey,
  async ({ email, subAccountApiKey: apiKey, ...values }, { account, key, notAfterMs }, { commands }) => {
    const granted = readGrants(values, key);
    if (isRejection(granted)) return granted;
    const order = { masterId: account.id, email: emailInForm(email), apiKey, granted };
    const outcome = unwrap(await commands.submit('permitSubAccountKey', order, notAfterMs));
    if (isRejection(outcome)) return outcome;
    const { name, permissions, updatedAtMs } = outcome.done;
    return { apiName: name, apikey: apiKey, ...viewGrants(permissions), timestamp: updatedAtMs };
  },
);

export const revokeSubAccountKeyHandler = implement(
  revokeSubAccountKey,
  async ({ email, subAccountApiKey: apiKey }, { account, notAfterMs }, { commands }) => {
    const order = { masterId: account.id, email: emailInForm(email), apiKey };
    const outcome = unwrap(await commands.submit('revokeSubAccountKey', order, notAfterMs));
    return isRejection(outcome) ? outcome : {};
  },
);
