/** The stages of a withdrawal: finer than the statuses of the wire. The ways between them are in the domain. */
export const withdrawalStages = [
  'email-sent',
  'cancelled',
  'awaiting-approval',
  'rejected',
  'queued',
  'broadcast',
  'failed',
  'completed',
] as const;

export type WithdrawalStage = (typeof withdrawalStages)[number];
