/** The errors that operators see for commands about withdrawals and their transactions, approvals and claims. */
import { approvalRefusals, describeRuleProblem, proposalRefusals } from './approval-texts.ts';
import type { ShownAsOthers } from './error-table.ts';
import { conflict, invalid, notFound } from './operator-rejections.ts';
import { isoTime } from './text.ts';
import type { WithdrawalCommandErrors } from './withdrawal-command-errors.ts';
import type { WaitingReason } from './withdrawal-stages.ts';

const unsendable: Readonly<Record<WaitingReason, string>> = {
  liquidity: 'custody does not cover it',
  'network-closed': 'withdrawals on its network are disabled',
  'account-disabled': 'its account is disabled',
  'own-address': 'its address belongs to this exchange',
};

const claimRefusals: Readonly<
  Record<WithdrawalCommandErrors['claim-refused']['why'], (id: string) => string>
> = {
  'not-claimed': (id) => `Withdrawal ${id} is not claimed; claim it first.`,
  'other-owner': (id) => `Withdrawal ${id} is claimed by somebody else.`,
  'other-generation': (id) => `Withdrawal ${id} has a claim of another generation.`,
  'generation-missing': (id) =>
    `Withdrawal ${id} has been claimed more than once: name the generation of the claim.`,
  expired: (id) =>
    `The lease of withdrawal ${id} has expired, so its outcome is unknown; a person must decide (POST /operator/v1/withdrawals/${id}/resolve).`,
  'not-a-person': (id) => `A person must decide about withdrawal ${id}, not an API token.`,
};

export const operatorWithdrawalErrors = {
  'withdrawal-unknown': ({ id }) => notFound(`withdrawal ${id}`),
  'withdrawal-stage-wrong': ({ id, stage, allowed }) =>
    conflict(`Withdrawal ${id} is ${stage}, but must be ${allowed.join(' or ')}.`),
  'withdrawal-undecidable': ({ stage, allowed }) =>
    conflict(`The withdrawal is ${stage}, but must be ${allowed.join(' or ')} for this operation.`),
  'second-person-needed': ({ kind }) =>
    conflict(
      `By the approval policy, a change of kind ${kind} needs a second person; propose it with POST /operator/v1/changes.`,
    ),
  'proposal-unknown': ({ id }) => notFound(`proposed change ${id}`),
  'proposal-decided': ({ id, state }) => conflict(`The proposed change ${id} is already ${state}.`),
  'proposal-refused': ({ id, why, role }) => conflict(proposalRefusals[why](id, role)),
  'approval-rule-invalid': ({ index, problem }) => invalid(describeRuleProblem(index, problem)),
  'approval-refused': ({ id, why, role }) => conflict(approvalRefusals[why](id, role)),
  'withdrawal-failing': ({ id }) => conflict(`An operator is failing withdrawal ${id}.`),
  'withdrawal-not-failing': ({ id }) => conflict(`Withdrawal ${id} is not about to fail.`),
  'withdrawal-sent-again': ({ id }) => conflict(`Withdrawal ${id} has just been sent again.`),
  'withdrawal-confirmed': ({ id }) => conflict(`The chain has already confirmed withdrawal ${id}.`),
  'withdrawal-transaction-unknown': ({ id }) => conflict(`Withdrawal ${id} has no transaction with that id.`),
  'simulation-refused': ({ network }) =>
    conflict(
      `${network} would be a simulated network, for whose addresses nobody holds keys. Define it with PUT /operator/v1/networks/${network} and the connector manual, or start the server with BURSAR_CHAINS=simulated.`,
    ),
  'network-manual': ({ network }) =>
    conflict(`${network} is a manual network: its withdrawals are claimed, and its transactions reported.`),
  'network-simulated': ({ network }) =>
    conflict(
      `${network} is a simulated network: the server itself sends its withdrawals and sees its deposits.`,
    ),
  'withdrawal-claimed': ({ id, owner, generation, expiresAt }) =>
    conflict(
      `Withdrawal ${id} is claimed by ${owner} (generation ${generation}) until ${isoTime(expiresAt)}.`,
    ),
  'withdrawal-unsendable': ({ id, reason }) =>
    conflict(`Withdrawal ${id} cannot be sent now: ${unsendable[reason]}. It is queued again once it can.`),
  'claim-refused': ({ id, why }) => conflict(claimRefusals[why](id)),
  'report-contradictory': () => invalid('body.confirmations: must be 0 if the transaction is gone'),
  'transaction-id-invalid': ({ network, rule }) =>
    invalid(`body.txId: is not a transaction id of ${network}, which is ${rule}`),
  'transaction-taken': ({ txId }) => conflict(`Transaction ${txId} was reported for another withdrawal.`),
  'transaction-is-deposit': ({ txId }) =>
    conflict(`Transaction ${txId} is recorded as a deposit of this exchange.`),
  'transaction-reported': ({ id, txId }) =>
    conflict(
      `Transaction ${txId} was reported for withdrawal ${id}. If another one can be confirmed only instead of it, name it as 'replaces'.`,
    ),
  'transaction-differs': ({ txId }) => conflict(`Transaction ${txId} was reported with other bytes.`),
  'sending-suspended': () => conflict('Nothing is sent during maintenance.'),
  'recipient-not-creditable': ({ address, asset }) =>
    conflict(
      `Address ${address} belongs to this exchange, but ${asset} cannot be credited there now; cancel the withdrawal.`,
    ),
  'transaction-is-withdrawal': ({ txId }) =>
    conflict(`Transaction ${txId} is a withdrawal of this exchange.`),
  'transaction-not-waiting': ({ network, txId }) =>
    conflict(`No transaction ${txId} waits for a block on ${network}.`),
} satisfies ShownAsOthers<keyof WithdrawalCommandErrors>;
