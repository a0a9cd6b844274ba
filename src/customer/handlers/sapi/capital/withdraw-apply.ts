import { unwrap } from '../../../../command/outcome.ts';
import { isRejection } from '../../../../contract/errors.ts';
import { capitalWithdrawApply } from '../../../../contract/sapi/capital/withdraw-apply.ts';
import type { FeeRecipient } from '../../../../store/tables.ts';
import { implement } from '../../../handler.ts';

export const capitalWithdrawApplyHandler = implement(
  capitalWithdrawApply,
  async (values, { account, notAfterMs }, { commands }) => {
    const { coin: asset, withdrawOrderId: orderId, walletType, transactionFeeFlag, ...request } = values;
    const wallet = walletType === 1 ? 'funding' : 'spot';
    const feeTo = feeRecipient(transactionFeeFlag);
    const outcome = unwrap(
      await commands.submit(
        'submitWithdrawal',
        { ...request, asset, orderId, wallet, feeTo, accountId: account.id },
        notAfterMs,
      ),
    );
    return isRejection(outcome) ? outcome : { id: outcome.done.id };
  },
);

function feeRecipient(flag: boolean | undefined): FeeRecipient | undefined {
  if (flag === undefined) return undefined;
  return flag ? 'recipient' : 'sender';
}
