/**
 * The stages of a withdrawal and the transitions between them, as data.
 *
 * Invariants: a withdrawal moves only along `canMove`; a final stage is never left; the hold on the customer's money
 * exists exactly while the stage is not final (`completed` settles it, the other final stages release it). A `queued`
 * withdrawal cannot be cancelled: it is about to be sent. One that cannot be sent now goes to `waiting`, from which it
 * is sent later, cancelled or rejected. From `broadcast` on, money may be on the chain: `failed` is for a transaction
 * that can never confirm, not for one whose outcome is unknown.
 */
import { type WithdrawalStage, withdrawalStages } from '../../contract/withdrawal-stages.ts';

export { type WithdrawalStage, withdrawalStages };

const nextStages: Readonly<Record<WithdrawalStage, readonly WithdrawalStage[]>> = {
  // A withdrawal to an address of this exchange completes without the chain, also when it has become one only since.
  'email-sent': ['awaiting-approval', 'queued', 'completed', 'cancelled'],
  cancelled: [],
  'awaiting-approval': ['queued', 'completed', 'rejected', 'cancelled'],
  rejected: [],
  queued: ['broadcast', 'claimed', 'waiting', 'completed', 'failed'],
  waiting: ['broadcast', 'queued', 'completed', 'rejected', 'cancelled'],
  // Somebody outside of the server sends it, and only they know whether a transaction exists. It is queued again only if
  // they, or another person, declare that no transaction exists.
  claimed: ['broadcast', 'unknown', 'queued', 'failed'],
  // The owner of the claim has reported nothing in time. It may have been sent.
  unknown: ['broadcast', 'queued', 'failed'],
  // Intent and transaction id are stored; the transaction is on the chain or about to be.
  broadcast: ['completed', 'failed'],
  failed: [],
  completed: [],
};

export function canMove(from: WithdrawalStage, to: WithdrawalStage): boolean {
  return nextStages[from].includes(to);
}

export function isFinal(stage: WithdrawalStage): boolean {
  return nextStages[stage].length === 0;
}
