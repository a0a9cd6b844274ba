import { isRejection } from '../../../../contract/errors.ts';
import { capitalWithdrawApply } from '../../../../contract/sapi/capital/withdraw-apply.ts';
import { implement } from '../../../handler.ts';
import { submitWithdrawal } from '../../../submit-withdrawal.ts';
import { withdrawalRequest } from '../../../withdrawal-request.ts';

export const capitalWithdrawApplyHandler = implement(capitalWithdrawApply, async (values, caller, parts) => {
  const request = withdrawalRequest(values, caller);
  const outcome = await submitWithdrawal(request, caller, parts);
  return isRejection(outcome) ? outcome : { id: outcome.done.id };
});
