/** The stages of a withdrawal, which are finer than the statuses on the wire. The domain defines the transitions. */
export const withdrawalStages = [
  'email-sent',
  'cancelled',
  'awaiting-approval',
  'rejected',
  'queued',
  'waiting',
  'claimed',
  'unknown',
  'broadcast',
  'failed',
  'completed',
] as const;

export type WithdrawalStage = (typeof withdrawalStages)[number];

/** The stages in which a withdrawal is open: the money for it is held. */
export const openStages = [
  'email-sent',
  'awaiting-approval',
  'queued',
  'waiting',
  'claimed',
  'unknown',
  'broadcast',
] as const satisfies readonly WithdrawalStage[];

export type OpenStage = (typeof openStages)[number];

/** `sent`: it may be confirmed. At most one attempt of a withdrawal is `mined`; the others can then never be. */
export type AttemptState = 'sent' | 'mined' | 'failed';

/**
 * The state of the claim of a withdrawal on a manual network. `held`: nothing is reported yet; `unknown`: the lease has
 * expired; `sent`: a transaction is reported; `released`: nothing was signed; `ended`: the withdrawal is completed or
 * failed.
 */
export const claimStates = ['held', 'unknown', 'sent', 'released', 'ended'] as const;
export type ClaimState = (typeof claimStates)[number];

/** Why a withdrawal in stage `waiting` is not sent. */
export const waitingReasons = ['liquidity', 'network-closed', 'account-disabled', 'own-address'] as const;

export type WaitingReason = (typeof waitingReasons)[number];
