/**
 * The stages of a deposit and the transitions between them, as data.
 *
 * Invariants: a deposit moves only along `canMoveDeposit`. Its amount is in the ledger exactly once from `credited` or
 * `unattributed` on, and not before. The amount is held while the deposit is `credited` (for its owner), `unattributed`
 * or `returning` (for the reserved account; a return holds it as a withdrawal).
 */
import type { DepositStage } from '../../contract/deposit-stages.ts';

export type { DepositStage };

type StageRule = {
  /** Whether its confirmations are tracked. */
  readonly followed: boolean;
  readonly next: readonly DepositStage[];
};

const rules: Readonly<Record<DepositStage, StageRule>> = {
  pending: { followed: true, next: ['credited', 'completed', 'unattributed', 'vanished'] },
  // First seen while deposits of the network were suspended; it continues once they are open again.
  suspended: {
    followed: true,
    next: ['pending', 'credited', 'completed', 'unattributed', 'vanished'],
  },
  // Credited, but locked until it has more confirmations.
  credited: { followed: true, next: ['completed', 'vanished'] },
  completed: { followed: false, next: ['vanished'] },
  // Too small to be credited unless an operator assigns it.
  'below-minimum': { followed: false, next: ['pending'] },
  // Confirmed, and held for an unknown owner.
  unattributed: { followed: false, next: ['completed', 'returning', 'vanished'] },
  // Being sent back by a withdrawal; if that fails, the deposit is unattributed again.
  returning: { followed: false, next: ['returned', 'unattributed'] },
  returned: { followed: false, next: [] },
  // Not credited, or its credit was taken back, and no longer on the chain; it continues if it is seen again.
  vanished: { followed: false, next: ['pending', 'suspended'] },
};

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
