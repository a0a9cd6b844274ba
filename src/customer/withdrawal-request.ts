/** A request of sapi to submit a withdrawal, as the input of the command. */
import type { WithdrawalRequest } from '../command/withdrawal/withdrawal-request.ts';
import type { capitalWithdrawApply } from '../contract/sapi/capital/withdraw-apply.ts';
import type { ValuesOf } from '../contract/schema.ts';
import type { FeeRecipient } from '../store/tables.ts';
import type { ApiKey } from './key-ring.ts';

export function withdrawalRequest(
  values: ValuesOf<(typeof capitalWithdrawApply)['parameters']>,
  { account, key }: { readonly account: { readonly id: number }; readonly key: Pick<ApiKey, 'operator'> },
): WithdrawalRequest {
  const { coin: asset, withdrawOrderId: orderId, walletType, transactionFeeFlag, ...request } = values;
  const wallet = walletType === 1 ? 'funding' : 'spot';
  const by = { accountId: account.id, keyOperator: key.operator };
  return { ...request, asset, orderId, wallet, feeTo: feeRecipient(transactionFeeFlag), ...by };
}

function feeRecipient(flag: boolean | undefined): FeeRecipient | undefined {
  if (flag === undefined) return undefined;
  return flag ? 'recipient' : 'sender';
}
