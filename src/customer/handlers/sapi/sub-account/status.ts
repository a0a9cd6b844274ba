import { isRejection } from '../../../../contract/errors.ts';
import { maxSubAccounts, subAccountStatus } from '../../../../contract/sapi/sub-account/status.ts';
import { subAccountOf } from '../../../family.ts';
import { implement } from '../../../handler.ts';

export const subAccountStatusHandler = implement(subAccountStatus, async ({ email }, { account }, parts) => {
  const one = email === undefined ? undefined : await subAccountOf(email, account, parts);
  if (isRejection(one)) return one;
  const rows =
    one === undefined
      ? await parts.reads.subAccounts(account.id, {}, { limit: maxSubAccounts, offset: 0 })
      : [one];
  return rows.map((row) => ({
    email: row.email,
    isSubUserEnabled: row.enabled,
    isUserActive: row.activated,
    insertTime: row.createdAt,
    isMarginEnabled: false as const,
    isFutureEnabled: false as const,
    mobile: mobileNumber(row.mobile),
  }));
});

function mobileNumber(mobile: string): number {
  const number = Number(mobile.replaceAll(/[^0-9]/g, ''));
  return Number.isSafeInteger(number) ? number : 0;
}
