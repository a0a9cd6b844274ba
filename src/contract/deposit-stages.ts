/** The stages of a deposit, which are finer than the statuses on the wire. The domain defines the transitions. */
export const depositStages = [
  'pending',
  'suspended',
  'credited',
  'completed',
  'below-minimum',
  'unattributed',
  'returning',
  'returned',
  'vanished',
] as const;

export type DepositStage = (typeof depositStages)[number];
