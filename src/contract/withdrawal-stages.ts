/** The stages of a withdrawal, which are finer than the statuses on the wire. The domain defines the transitions. */
export const withdrawalStages = [
  'email-sent',
  'cancelled',
  'awaiting-approval',
  'rejected',
  'queued',
  'waiting',
  'broadcast',
  'failed',
  'completed',
] as const;

export type WithdrawalStage = (typeof withdrawalStages)[number];

/** `sent`: it may be confirmed. At most one attempt of a withdrawal is `mined`; the others can then never be. */
export type AttemptState = 'sent' | 'mined' | 'failed';

/** Why a withdrawal in stage `waiting` is not sent. */
export const waitingReasons = ['liquidity', 'network-closed', 'account-disabled', 'own-address'] as const;

export type WaitingReason = (typeof waitingReasons)[number];
