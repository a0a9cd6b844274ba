/** The stages of a deposit: finer than the statuses of the wire. The transitions between them are in the domain. */
export const depositStages = [
  'pending',
  'suspended',
  'credited',
  'completed',
  'below-minimum',
  'unattributed',
  'returning',
  'returned',
] as const;

export type DepositStage = (typeof depositStages)[number];
