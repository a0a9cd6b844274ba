import { isRejection } from '../../contract/errors.ts';
import { withdraw } from '../../contract/wapi/withdraw.ts';
import { implement } from '../handler.ts';
import { submitWithdrawal } from '../submit-withdrawal.ts';

export const withdrawHandler = implement(withdraw, async (values, caller, parts) => {
  const { withdrawOrderId: orderId, ...request } = values;
  const by = { accountId: caller.account.id, keyOperator: caller.key.operator };
  const outcome = await submitWithdrawal({ ...request, orderId, ...by }, caller, parts);
  return isRejection(outcome) ? outcome : { msg: 'success', success: true, id: outcome.done.id };
});
