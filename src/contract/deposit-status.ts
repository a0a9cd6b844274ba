/** The statuses of a deposit on the wire. All other code distinguishes the finer stages. */
import { type DepositStage, depositStages } from './deposit-stages.ts';

/** spec: the statuses of depositHistory. */
type WireStatus = 0 | 1 | 6;

/** null: hidden from customers. */
const statuses: Readonly<Record<DepositStage, WireStatus | null>> = {
  pending: 0,
  suspended: 0,
  credited: 6,
  completed: 1,
  'below-minimum': null,
  unattributed: null,
  returning: null,
  returned: null,
  vanished: null,
};

export function depositWireStatus(stage: DepositStage): WireStatus | null {
  return statuses[stage];
}

/** The status of a deposit in a stage that customers see. @throws an Error for any other stage. */
export function shownDepositStatus(stage: DepositStage): WireStatus {
  const status = statuses[stage];
  if (status === null) throw new Error(`customers do not see a deposit that is ${stage}`);
  return status;
}

/** The stages that customers see, optionally only those of one status. */
export function depositStagesShown(status?: number): DepositStage[] {
  return depositStages.filter((stage) => {
    const shown = statuses[stage];
    return shown !== null && (status === undefined || shown === status);
  });
}
