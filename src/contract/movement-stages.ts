/** The stages of withdrawals and of deposits, some of which both have. */
import { type DepositStage, depositStages } from './deposit-stages.ts';
import { type WithdrawalStage, withdrawalStages } from './withdrawal-stages.ts';

export const movementStages: readonly (WithdrawalStage | DepositStage)[] = [
  ...new Set([...withdrawalStages, ...depositStages]),
];
