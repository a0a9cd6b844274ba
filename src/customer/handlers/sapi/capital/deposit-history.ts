import { capitalDepositHisrec } from '../../../../contract/sapi/capital/deposit-history.ts';
import { findDeposits } from '../../../deposit-search.ts';
import { viewDeposit } from '../../../deposit-view.ts';
import { implement } from '../../../handler.ts';

export const capitalDepositHisrecHandler = implement(
  capitalDepositHisrec,
  async (values, { account }, parts) => {
    const rows = await findDeposits(capitalDepositHisrec, account.id, values, parts);
    return rows.map((row) => ({
      ...viewDeposit(row, parts.catalog()),
      ...(row.completedAt !== null && { completeTime: row.completedAt }),
      travelRuleStatus: 0,
      ...(values.includeSource === true && { sourceAddress: '' }),
    }));
  },
);
