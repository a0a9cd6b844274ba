import { localentityWithdrawHistory } from '../../../../contract/sapi/localentity/withdraw-history.ts';
import { implement } from '../../../handler.ts';
import { findAnswered, viewAnswered } from '../../../questionnaire-history.ts';

export const localentityWithdrawHistoryHandler = implement(
  localentityWithdrawHistory,
  async (values, { account }, parts) => {
    const found = await findAnswered(account.id, values, parts);
    return found.map((each) => {
      const { completeTime, ...view } = viewAnswered(each, parts.catalog());
      const { appliedAt, settledAt } = each.withdrawal;
      return {
        ...view,
        applyTime: appliedAt,
        questionnaire: each.answered.questionnaire,
        ...(completeTime !== undefined && settledAt !== null && { completeTime: settledAt }),
      };
    });
  },
);
