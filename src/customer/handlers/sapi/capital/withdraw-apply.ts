import { unwrap } from '../../../../command/outcome.ts';
import { isRejection } from '../../../../contract/errors.ts';
import { capitalWithdrawApply } from '../../../../contract/sapi/capital/withdraw-apply.ts';
import { implement } from '../../../handler.ts';

export const capitalWithdrawApplyHandler = implement(
  capitalWithdrawApply,
  async (values, { account, notAfterMs }, { commands }) => {
    const { coin: asset, withdrawOrderId: orderId, walletType, ...request } = values;
    const wallet = walletType === 1 ? 'funding' : 'spot';
    const outcome = unwrap(
      await commands.submit(
        'submitWithdrawal',
        { ...request, asset, orderId, wallet, accountId: account.id },
        notAfterMs,
      ),
    );
    return isRejection(outcome) ? outcome : { id: outcome.done.id };
  },
);
