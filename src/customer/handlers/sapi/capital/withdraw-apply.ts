import { unwrap } from '../../../../command/outcome.ts';
import { isRejection } from '../../../../contract/errors.ts';
import { capitalWithdrawApply } from '../../../../contract/sapi/capital/withdraw-apply.ts';
import { implement } from '../../../handler.ts';
import { withdrawalRequest } from '../../../withdrawal-request.ts';

export const capitalWithdrawApplyHandler = implement(
  capitalWithdrawApply,
  async (values, caller, { commands }) => {
    const request = withdrawalRequest(values, caller);
    const outcome = unwrap(await commands.submit('submitWithdrawal', request, caller.notAfterMs));
    return isRejection(outcome) ? outcome : { id: outcome.done.id };
  },
);
