import { isRejection } from '../../../../contract/errors.ts';
import { subAccountDepositHisrec } from '../../../../contract/sapi/sub-account/deposit-history.ts';
import { findDeposits } from '../../../deposit-search.ts';
import { viewDeposit } from '../../../deposit-view.ts';
import { subAccountOf } from '../../../family.ts';
import { implement } from '../../../handler.ts';

export const subAccountDepositHisrecHandler = implement(
  subAccountDepositHisrec,
  async ({ email, includeSource, ...search }, { account }, parts) => {
    const sub = await subAccountOf(email, account, parts);
    if (isRejection(sub)) return sub;
    const rows = await findDeposits(subAccountDepositHisrec, sub.id, search, parts);
    return rows.map((row) => ({
      ...viewDeposit(row, parts.catalog()),
      ...(includeSource === true && { sourceAddress: '' }),
    }));
  },
);
