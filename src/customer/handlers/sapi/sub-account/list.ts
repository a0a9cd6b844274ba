import { sapiSubAccountList } from '../../../../contract/sapi/sub-account/list.ts';
import { optionalEmail, pageNumbered } from '../../../family.ts';
import { implement } from '../../../handler.ts';

export const sapiSubAccountListHandler = implement(
  sapiSubAccountList,
  async ({ email, isFreeze, page, limit = 200 }, { account }, { reads }) => {
    const filter = { email: optionalEmail(email), enabled: isFreeze === undefined ? undefined : !isFreeze };
    const rows = await reads.subAccounts(account.id, filter, pageNumbered(page, limit));
    return {
      subAccounts: rows.map((row) => ({
        subUserId: row.id,
        email: row.email,
        remark: '',
        isFreeze: !row.enabled,
        createTime: row.createdAt,
        isManagedSubAccount: false as const,
        isAssetManagementSubAccount: false as const,
      })),
    };
  },
);
