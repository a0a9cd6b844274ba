/** Withdrawals and their transactions. */

import type { MatchedRule } from '../../contract/approval-terms.ts';
import type {
  AttemptState,
  ClaimState,
  WaitingReason,
  WithdrawalStage,
} from '../../contract/withdrawal-stages.ts';
import type { Wallet } from '../../domain/ledger/ledger.ts';
import type { Answers } from '../../domain/travel-rule/questionnaire.ts';
import { integer, json, nullable, table, text, units } from '../columns.ts';

/** The recipient of the fee of a withdrawal within the exchange, instead of the exchange. */
export type FeeRecipient = 'recipient' | 'sender';

export const withdrawalTables = {
  withdrawal_quorums: table(
    {
      withdrawalId: text(),
      needed: integer,
      lastApproval: text(),
      role: nullable(text()),
      policyVersion: integer,
      rule: json<MatchedRule>(),
      keyOperator: text(),
      entryOperator: text(),
      createdAt: integer,
    },
    ['withdrawalId'],
  ),
  withdrawal_approvals: table(
    {
      id: text(),
      withdrawalId: text(),
      ordinal: integer,
      previous: nullable(text()),
      operator: text(),
      /** The person behind the operator: for an API token, its creator. Null in rows of earlier versions. */
      person: nullable(text()),
      needed: integer,
      keyOperator: text(),
      entryOperator: text(),
      at: integer,
    },
    ['id'],
  ),
  withdrawal_claims: table(
    {
      id: text(),
      withdrawalId: text(),
      generation: integer,
      previous: nullable(text()),
      network: text(),
      owner: text(),
      state: text<ClaimState>(),
      claimedAt: integer,
      expiresAt: integer,
      endedAt: nullable(integer),
      decidedBy: nullable(text()),
    },
    ['id'],
  ),
  /** The operator who created the key of a withdrawal that its customer must confirm first. */
  withdrawal_key_operators: table({ withdrawalId: text(), operator: text() }, ['withdrawalId']),
  withdrawals: table(
    {
      seq: integer,
      id: text(),
      accountId: integer,
      asset: text(),
      wallet: text<Wallet>(),
      network: text(),
      address: text(),
      addressTag: text(),
      amount: units,
      fee: units,
      feeTo: nullable(text<FeeRecipient>()),
      name: nullable(text()),
      orderId: nullable(text()),
      orderContent: nullable(text()),
      stage: text<WithdrawalStage>(),
      waitingFor: nullable(text<WaitingReason>()),
      txId: text(),
      signedTransaction: nullable(text()),
      failure: nullable(text()),
      appliedAt: integer,
      settledAt: nullable(integer),
      /** The id of the last approval that it needs; null: none. */
      approvalNeeded: nullable(text()),
      /** The same, once that approval exists. */
      approvalGiven: nullable(text()),
      /** The id of its claim, on a manual network, until that is released. */
      claim: nullable(text()),
      /** The version of the policy that decided it; null: none was in force. */
      policyVersion: nullable(integer),
      /** The name of the rule that matched; null: none did. */
      policyRule: nullable(text()),
    },
    ['id'],
  ),
  /** Requests that the policy has denied; the amount and the destination are those of the last request. */
  withdrawal_denials: table(
    {
      accountId: integer,
      day: integer,
      rule: text(),
      policyVersion: integer,
      count: integer,
      firstAt: integer,
      lastAt: integer,
      asset: text(),
      network: text(),
      address: text(),
      amount: units,
    },
    ['accountId', 'day', 'rule'],
  ),
  withdrawal_questionnaires: table(
    {
      withdrawalId: text(),
      trId: integer,
      accountId: integer,
      country: text(),
      questionnaire: json<Answers>(),
      at: integer,
    },
    ['withdrawalId'],
  ),
  withdrawal_attempts: table(
    {
      withdrawalId: text(),
      attempt: integer,
      network: text(),
      txId: text(),
      signedTransaction: text(),
      state: text<AttemptState>(),
      createdAt: integer,
      /** The id of the claim by which it was sent; null: the server sent it. */
      claim: nullable(text()),
      /** The reported confirmations; null: the server asks the chain. */
      confirmations: nullable(integer),
    },
    ['withdrawalId', 'attempt'],
  ),
  chain_reservations: table({ network: text(), resource: text(), withdrawalId: text() }, [
    'network',
    'resource',
  ]),
} as const;
