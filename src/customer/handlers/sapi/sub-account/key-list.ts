import { isRejection } from '../../../../contract/errors.ts';
import { subAccountKeyList } from '../../../../contract/sapi/sub-account/key-list.ts';
import { pageNumbered, subAccountOf } from '../../../family.ts';
import { implement } from '../../../handler.ts';
import { viewGrants } from './key-grants.ts';

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
