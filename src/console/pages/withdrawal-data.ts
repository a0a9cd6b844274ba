/** One withdrawal, as the operator API shows it. */
import type { getWithdrawal } from '../../contract/operator/withdrawals.ts';
import type { OperatorReply } from '../../contract/operator-operation.ts';

export type Withdrawal = OperatorReply<typeof getWithdrawal>;
