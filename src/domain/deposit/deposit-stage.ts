/**
 * The stages of a deposit and the transitions between them, as data.
 *
 * Invariants: a deposit moves only along `canMoveDeposit`. Its amount is in the ledger exactly once from `credited` or
 * `unattributed` on, and not before. The amount is held while the deposit is `credited` (for its owner), `unattributed`
 * or `returning` (for the reserved account; a return holds it as a withdrawal).
 */
import { type DepositStage, depositStages } from '../../contract/deposit-stages.ts';

export { type DepositStage, depositStages };

/** spec: the statuses of depositHistory. */
type WireStatus = 0 | 1 | 6;

type StageRule = {
  /** null: hidden from customers. */
  readonly status: WireStatus | null;
  /** Whether its confirmations are tracked. */
  readonly followed: boolean;
  readonly next: readonly DepositStage[];
};

const rules: Readonly<Record<DepositStage, StageRule>> = {
  pending: { status: 0, followed: true, next: ['credited', 'completed', 'unattributed', 'vanished'] },
  // First seen while deposits of the network were suspended; it continues once they are open again.
  suspended: {
    status: 0,
    followed: true,
    next: ['pending', 'credited', 'completed', 'unattributed', 'vanished'],
  },
  // Credited, but locked until it has more confirmations.
  credited: { status: 6, followed: true, next: ['completed', 'vanished'] },
  completed: { status: 1, followed: false, next: ['vanished'] },
  // Too small to be credited unless an operator assigns it.
  'below-minimum': { status: null, followed: false, next: ['pending'] },
  // Confirmed, and held for an unknown owner.
  unattributed: { status: null, followed: false, next: ['completed', 'returning', 'vanished'] },
  // Being sent back by a withdrawal; if that fails, the deposit is unattributed again.
  returning: { status: null, followed: false, next: ['returned', 'unattributed'] },
  returned: { status: null, followed: false, next: [] },
  // Not credited, or its credit was taken back, and no longer on the chain; it continues if it is seen again.
  vanished: { status: null, followed: false, next: ['pending', 'suspended'] },
};

export function depositWireStatus(stage: DepositStage): WireStatus | null {
  return rules[stage].status;
}

/** The status of a deposit in a stage that customers see. @throws an Error for any other stage. */
export function shownDepositStatus(stage: DepositStage): WireStatus {
  const { status } = rules[stage];
  if (status === null) throw new Error(`customers do not see a deposit that is ${stage}`);
  return status;
}

/** The stages that customers see, optionally only those of one status. */
export function depositStagesShown(status?: number): DepositStage[] {
  return depositStages.filter((stage) => {
    const shown = rules[stage].status;
    return shown !== null && (status === undefined || shown === status);
  });
}

export function canMoveDeposit(from: DepositStage, to: DepositStage): boolean {
  return rules[from].next.includes(to);
}

export function isFollowed(stage: DepositStage): boolean {
  return rules[stage].followed;
}

/** Whether its credit can be taken back: it has not been sent back, and is not being so. */
export function isReversible(stage: DepositStage): boolean {
  return stage === 'credited' || stage === 'completed' || stage === 'unattributed';
}

const neverCredited: ReadonlySet<DepositStage> = new Set([
  'pending',
  'suspended',
  'below-minimum',
  'vanished',
]);

/** Whether its amount has been posted to the ledger, for its owner or for the reserved account. */
export function isCreditedOnce(stage: DepositStage): boolean {
  return !neverCredited.has(stage);
}
