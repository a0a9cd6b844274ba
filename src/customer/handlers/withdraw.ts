import { unwrap } from '../../command/outcome.ts';
import { isRejection } from '../../contract/errors.ts';
import { withdraw } from '../../contract/wapi/withdraw.ts';
import { implement } from '../handler.ts';

export const withdrawHandler = implement(
  withdraw,
  async (values, { account, key, notAfterMs }, { commands }) => {
    const { withdrawOrderId: orderId, ...request } = values;
    const outcome = unwrap(
      await commands.submit(
        'submitWithdrawal',
        { ...request, orderId, accountId: account.id, keyOperator: key.operator },
        notAfterMs,
      ),
    );
    return isRejection(outcome) ? outcome : { msg: 'success', success: true, id: outcome.done.id };
  },
);
