/** Calls of the operations on deposits and withdrawals. */
import { capitalWithdrawApply } from '../../../src/contract/sapi/capital/withdraw-apply.ts';
import { calls } from '../operation-calls.ts';
import { goodWithdrawal, withdrawalProvocations } from '../withdrawal-calls.ts';

const withdrawal = goodWithdrawal('coin');

export const sapiCapitalCalls = [
  calls(
    capitalWithdrawApply,
    withdrawal,
    withdrawalProvocations('coin', (world) =>
      world.call({ operation: capitalWithdrawApply, query: `${withdrawal}&withdrawOrderId=one` }),
    ),
  ),
];
