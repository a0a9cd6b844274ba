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

/** spec: the statuses of withdrawHistory. */
type WireStatus = 0 | 1 | 2 | 3 | 4 | 5 | 6;

type StageRule = { status: WireStatus; next: readonly WithdrawalStage[] };

export { type WithdrawalStage, withdrawalStages };

const rules: Readonly<Record<WithdrawalStage, StageRule>> = {
  // A withdrawal to an address of this exchange completes without the chain, also when it has become one only since.
  'email-sent': { status: 0, next: ['awaiting-approval', 'queued', 'completed', 'cancelled'] },
  cancelled: { status: 1, next: [] },
  'awaiting-approval': { status: 2, next: ['queued', 'completed', 'rejected', 'cancelled'] },
  rejected: { status: 3, next: [] },
  queued: { status: 4, next: ['broadcast', 'claimed', 'waiting', 'completed', 'failed'] },
  waiting: { status: 4, next: ['broadcast', 'queued', 'completed', 'rejected', 'cancelled'] },
  // Somebody outside of the server sends it, and only they know whether a transaction exists. It is queued again only if
  // they, or another person, declare that no transaction exists.
  claimed: { status: 4, next: ['broadcast', 'unknown', 'queued', 'failed'] },
  // Who claimed it has said nothing in time. It may have been sent.
  unknown: { status: 4, next: ['broadcast', 'queued', 'failed'] },
  // Intent and transaction id are stored; the transaction is on the chain or about to be.
  broadcast: { status: 4, next: ['completed', 'failed'] },
  failed: { status: 5, next: [] },
  completed: { status: 6, next: [] },
};

export function wireStatus(stage: WithdrawalStage): WireStatus {
  return rules[stage].status;
}

/** Empty if the number is not a status. */
export function stagesOfWireStatus(status: number): WithdrawalStage[] {
  return withdrawalStages.filter((stage) => rules[stage].status === status);
}

export function canMove(from: WithdrawalStage, to: WithdrawalStage): boolean {
  return rules[from].next.includes(to);
}

export function isFinal(stage: WithdrawalStage): boolean {
  return rules[stage].next.length === 0;
}

export function holdsMoney(stage: WithdrawalStage): boolean {
  return !isFinal(stage);
}
