import { unwrap } from '../../command/outcome.ts';
import type { CustomerOperations } from '../../contract/customer-operations.ts';
import { isRejection } from '../../contract/errors.ts';
import type { Handler } from '../handler.ts';

export const withdraw: Handler<CustomerOperations['withdraw']> = async (
  values,
  { account, notAfterMs },
  { commands },
) => {
  const { withdrawOrderId: orderId, ...request } = values;
  const outcome = unwrap(
    await commands.submit('submitWithdrawal', { ...request, orderId, accountId: account.id }, notAfterMs),
  );
  return isRejection(outcome) ? outcome : { msg: 'success', success: true, id: outcome.done.id };
};
