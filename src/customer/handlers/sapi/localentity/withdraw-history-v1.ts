import { localentityWithdrawHistoryV1 } from '../../../../contract/sapi/localentity/withdraw-history-v1.ts';
import { implement } from '../../../handler.ts';
import { findAnswered, viewAnswered } from '../../../questionnaire-history.ts';

export const localentityWithdrawHistoryV1Handler = implement(
  localentityWithdrawHistoryV1,
  async (values, { account }, parts) => {
    const found = await findAnswered(account.id, values, parts);
    return found.map((each) => {
      const { completeTime, ...view } = viewAnswered(each, parts.catalog());
      return {
        ...view,
        questionnaire: JSON.stringify(each.answered.questionnaire),
        ...(completeTime !== undefined && { completeTime }),
      };
    });
  },
);
