/** The statuses of a withdrawal on the wire. All other code distinguishes the finer stages. */
import { type WithdrawalStage, withdrawalStages } from './withdrawal-stages.ts';

/** spec: the statuses of withdrawHistory. */
type WireStatus = 0 | 1 | 2 | 3 | 4 | 5 | 6;

const statuses: Readonly<Record<WithdrawalStage, WireStatus>> = {
  'email-sent': 0,
  cancelled: 1,
  'awaiting-approval': 2,
  rejected: 3,
  queued: 4,
  waiting: 4,
  claimed: 4,
  unknown: 4,
  broadcast: 4,
  failed: 5,
  completed: 6,
};

export function wireStatus(stage: WithdrawalStage): WireStatus {
  return statuses[stage];
}

/** Empty if the number is not a status. */
export function stagesOfWireStatus(status: number): WithdrawalStage[] {
  return withdrawalStages.filter((stage) => statuses[stage] === status);
}
