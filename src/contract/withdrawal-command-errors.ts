/** The errors with which commands of operators about withdrawals and their transactions, approvals and claims reject. */
import type { ChangeKind } from './approval-terms.ts';
import type { NoDetails } from './command-errors.ts';
import type { WaitingReason, WithdrawalStage } from './withdrawal-stages.ts';

type WrongStage = {
  readonly id: string;
  readonly stage: WithdrawalStage;
  readonly allowed: readonly WithdrawalStage[];
};

export type WithdrawalCommandErrors = {
  readonly 'withdrawal-unknown': { readonly id: string };
  /** The withdrawal must be in one of the stages `allowed`. */
  readonly 'withdrawal-stage-wrong': WrongStage;
  /** People can no longer decide, or not yet, on the withdrawal. */
  readonly 'withdrawal-undecidable': WrongStage;
  /** This person may not approve the withdrawal. */
  readonly 'approval-refused': {
    readonly id: string;
    readonly why:
      | 'approved-already'
      | 'created-key'
      | 'returned-deposit'
      | 'edited-entry'
      | 'role-missing'
      | 'not-a-person'
      /** The bootstrap token has opened the access lately. */
      | 'unconfirmed'
      /** The session, the token or the roles have changed since the request arrived. */
      | 'access-changed';
    /** The role that approvers need. */
    readonly role: string | null;
  };
  /** By the approval policy, changes of this kind must be proposed, and approved by another person. */
  readonly 'second-person-needed': { readonly kind: ChangeKind };
  readonly 'proposal-unknown': { readonly id: string };
  readonly 'proposal-decided': { readonly id: string; readonly state: 'approved' | 'rejected' };
  /** This person may not approve the proposed change. */
  readonly 'proposal-refused': {
    readonly id: string;
    readonly why:
      | 'proposer'
      | 'not-a-person'
      | 'role-missing'
      | 'unconfirmed'
      | 'access-changed'
      /** The operator or the token that proposed it may no longer do so. */
      | 'proposer-not-allowed'
      /** The change would change nothing. */
      | 'change-empty';
    readonly role: string | null;
  };
  /** A rule of an approval policy is not valid. */
  readonly 'approval-rule-invalid': {
    /** The place in the list of rules, from 0. */
    readonly index: number;
    readonly problem:
      | { readonly kind: 'name-used'; readonly name: string }
      | { readonly kind: 'asset-unknown'; readonly asset: string }
      | { readonly kind: 'value-superfluous'; readonly change: string }
      | { readonly kind: 'approvers-missing' | 'approvers-superfluous' };
  };
  /** An operator has decided that the withdrawal fails. */
  readonly 'withdrawal-failing': { readonly id: string };
  readonly 'withdrawal-not-failing': { readonly id: string };
  /** A further transaction was added meanwhile. */
  readonly 'withdrawal-sent-again': { readonly id: string };
  /** The chain has confirmed one of its transactions. */
  readonly 'withdrawal-confirmed': { readonly id: string };
  /** The transaction that the chain confirmed is not one of this withdrawal. */
  readonly 'withdrawal-transaction-unknown': { readonly id: string };
  /** The server was started without simulated networks. */
  readonly 'simulation-refused': { readonly network: string };
  /** The network is manual: nothing of it is simulated, and the server sends nothing there. */
  readonly 'network-manual': { readonly network: string };
  /** The network is simulated: nobody claims its withdrawals, and nothing is reported for it. */
  readonly 'network-simulated': { readonly network: string };
  /** The withdrawal is claimed until `expiresAt`, ms. */
  readonly 'withdrawal-claimed': {
    readonly id: string;
    readonly owner: string;
    readonly generation: number;
    readonly expiresAt: number;
  };
  /** The withdrawal cannot be sent now, so nobody can claim it. */
  readonly 'withdrawal-unsendable': { readonly id: string; readonly reason: WaitingReason };
  /** Why this operator cannot use the claim of the withdrawal. */
  readonly 'claim-refused': {
    readonly id: string;
    readonly why:
      | 'not-claimed'
      | 'other-owner'
      | 'other-generation'
      | 'generation-missing'
      | 'expired'
      | 'not-a-person';
  };
  /** A transaction that is gone has no confirmations. */
  readonly 'report-contradictory': NoDetails;
  /** Not a transaction id of the network. `rule` says what one is. */
  readonly 'transaction-id-invalid': {
    readonly txId: string;
    readonly network: string;
    readonly rule: string;
  };
  /** The transaction is one of another withdrawal. */
  readonly 'transaction-taken': { readonly txId: string };
  /** The transaction is recorded as a deposit. */
  readonly 'transaction-is-deposit': { readonly txId: string };
  /** Another transaction, `txId`, was reported for the withdrawal. */
  readonly 'transaction-reported': { readonly id: string; readonly txId: string };
  /** Other bytes were reported for the transaction. */
  readonly 'transaction-differs': { readonly txId: string };
  /** Nothing is sent during maintenance. */
  readonly 'sending-suspended': NoDetails;
  /** The address of the withdrawal belongs to this exchange, which cannot credit the asset there now. */
  readonly 'recipient-not-creditable': { readonly address: string; readonly asset: string };
  /** The transaction pays withdrawals of this exchange, so it is no deposit. */
  readonly 'transaction-is-withdrawal': { readonly txId: string };
  /** No transaction with this id waits for a block of the network. */
  readonly 'transaction-not-waiting': { readonly network: string; readonly txId: string };
};
