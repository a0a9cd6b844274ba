/**
 * Decisions of people about a withdrawal that has not been sent: the customer confirms or cancels it; an operator
 * rejects or cancels it (`withdrawal-approve.ts`: approves it). Each decision is a transition of the state machine;
 * cancelling and rejecting release the hold.
 *
 * Confirming and approving check again every condition that may have changed since the withdrawal was submitted.
 */
import { present } from '../../boundary/present.ts';
import { isRejection, type Rejection, reject } from '../../contract/errors.ts';
import { familyOf } from '../../domain/account-family.ts';
import { noTravelRule } from '../../domain/travel-rule/questionnaire.ts';
import { obstacleOf } from '../../domain/withdrawal/withdrawal-obstacle.ts';
import { canMove, type WithdrawalStage } from '../../domain/withdrawal/withdrawal-stage.ts';
import {
  accountById,
  balanceOf,
  custodyOf,
  keyOperatorOf,
  questionnaireOf,
  withdrawalById,
} from '../../store/lookups.ts';
import type { Command, DecisionContext, Prefetch, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { returnedDepositLookups } from '../deposit/returned-deposit.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { accountRuleLookups, checkAccountRules } from './account-rules.ts';
import { approvalLookups, decideByPolicy, openQuorum } from './withdrawal-approval.ts';
import { releaseHold } from './withdrawal-release.ts';
import {
  ownAddressLookups,
  ownerLookups,
  recipientLookups,
  recipientOf,
  recipientRejection,
  sendWithdrawal,
} from './withdrawal-send.ts';
import { endWait } from './withdrawal-waiting.ts';

export type WithdrawalDecision = { readonly id: string; readonly operator: Operator };

/** Reasons why a withdrawal can no longer be sent. */
export type SendError =
  | 'owner-disabled'
  | 'withdrawal-suspended'
  | 'recipient-not-creditable'
  | 'withdrawal-denied'
  | NonNullable<ReturnType<typeof checkAccountRules>>['rejected'];

/** The reply is the withdrawal as committed. */
type DecisionCommand = Command<
  WithdrawalDecision,
  Row<'withdrawals'>,
  'withdrawal-unknown' | 'withdrawal-undecidable' | SendError
>;
type Outcome = (
  work: UnitOfWork,
  row: Row<'withdrawals'>,
  rows: Rows,
  context: DecisionContext,
) => Partial<Row<'withdrawals'>> | Rejection<SendError>;

/** The lookups for sending or ending a withdrawal. */
export const decisionPrefetch: Prefetch<{ readonly id: string }> = [
  ({ id }) => [withdrawalById(id)],
  ({ id }, rows, { catalog }) => {
    const row = rows.one(withdrawalById(id));
    if (row === undefined) return [];
    return [
      accountById(row.accountId),
      balanceOf(row.accountId, row.asset, row.wallet),
      ...(row.wallet === 'funding' ? [balanceOf(row.accountId, row.asset)] : []),
      ...ownAddressLookups(row, catalog),
      ...returnedDepositLookups(row),
    ];
  },
  ({ id }, rows, { catalog }) => {
    const row = rows.one(withdrawalById(id));
    if (row === undefined) return [];
    const queue = row.waitingFor === 'liquidity' ? [custodyOf(row.asset)] : [];
    return [...queue, ...ownerLookups(row, rows, catalog)];
  },
  ({ id }, rows, { catalog }) => {
    const row = rows.one(withdrawalById(id));
    return row ? recipientLookups(row, rows, catalog) : [];
  },
];

export const sendPrefetch: typeof decisionPrefetch = [
  ...decisionPrefetch,
  ({ id }, rows, context) => {
    const row = rows.one(withdrawalById(id));
    if (row === undefined) return [];
    const account = rows.one(accountById(row.accountId));
    if (account === undefined) return [];
    const rules = accountRuleLookups(account, row, context);
    return account.travelRuleCountry === noTravelRule ? rules : [...rules, questionnaireOf(row.id)];
  },
];

function decisionCommand(name: string, from: readonly WithdrawalStage[], outcome: Outcome): DecisionCommand {
  return {
    name,
    needsLatest: true,
    prefetch: sendPrefetch,
    decide({ id, operator }, rows, context) {
      const row = rows.one(withdrawalById(id));
      if (row === undefined) return reject('withdrawal-unknown', { id });
      if (!from.includes(row.stage)) return wrongStage(row, from);
      const work = new UnitOfWork(rows, context);
      const set = outcome(work, row, rows, context);
      if ('rejected' in set) return set;
      const stage = present(set.stage);
      if (!canMove(row.stage, stage)) throw new Error(`${row.stage} cannot become ${stage}`);
      work.write({ update: 'withdrawals', key: { id }, set });
      work.audit(operator, name, id, { from: row.stage, to: stage });
      return work.reply({ ...row, ...set });
    },
  };
}

export function wrongStage(row: Row<'withdrawals'>, from: readonly WithdrawalStage[]) {
  return reject('withdrawal-undecidable', { id: row.id, stage: row.stage, allowed: from });
}

/** @returns the reason why a withdrawal can no longer be sent. */
export function rejectionNow(
  row: Row<'withdrawals'>,
  rows: Rows,
  context: DecisionContext,
): Rejection<SendError> | undefined {
  const { catalog } = context;
  const account = rows.one(accountById(row.accountId));
  const obstacle = obstacleOf(row, account?.enabled === true, catalog);
  if (obstacle === 'account-disabled') {
    return reject('owner-disabled', { email: account?.email });
  }
  if (obstacle === 'network-closed') {
    return reject('withdrawal-suspended', { asset: row.asset, network: row.network });
  }
  if (recipientRejection(recipientOf(row, rows, catalog), row))
    return reject('recipient-not-creditable', { address: row.address, asset: row.asset });
  if (account === undefined) return undefined;
  const isAsked = account.travelRuleCountry !== noTravelRule;
  const questionnaire = isAsked ? rows.one(questionnaireOf(row.id))?.questionnaire : undefined;
  return checkAccountRules(account, { ...row, questionnaire }, rows, context);
}

/** Returns of deposits belong to an account without a family of its own. */
function askedOf(row: Row<'withdrawals'>, rows: Rows) {
  const account = rows.one(accountById(row.accountId));
  return { ...row, family: account ? familyOf(account) : row.accountId };
}

/** The customer confirmed by the link in the e-mail. The policy may have become stricter since the submission. */
const confirm: Outcome = (work, row, rows, context) => {
  const awaiting = { stage: 'awaiting-approval' } as const;
  if (row.approvalNeeded !== null) return rejectionNow(row, rows, context) ?? awaiting;
  const recipient = recipientOf(row, rows, context.catalog);
  const keyOperator = rows.one(keyOperatorOf(row.id))?.operator;
  const decision = decideByPolicy(askedOf(row, rows), keyOperator, recipient, rows, context);
  const rejection = rejectionNow(row, rows, context);
  if (rejection !== undefined) return rejection;
  if (isRejection(decision)) return decision;
  const { needed, mark } = decision;
  if (needed === undefined) return { ...sendWithdrawal(work, row, recipient, context), ...mark };
  return { ...awaiting, ...mark, approvalNeeded: openQuorum(work, row.id, needed, context).lastApproval };
};

export const confirmWithdrawal: DecisionCommand = {
  ...decisionCommand('withdrawal-confirm', ['email-sent'], confirm),
  prefetch: [
    ...sendPrefetch,
    ({ id }, rows, context) => {
      const row = rows.one(withdrawalById(id));
      if (row?.approvalNeeded !== null) return [];
      return [keyOperatorOf(id), ...approvalLookups(askedOf(row, rows), context)];
    },
  ],
};

/** Ends a withdrawal that has not been sent. */
function endAs(stage: 'cancelled' | 'rejected'): Outcome {
  return (work, row, rows, { nowMs }) => {
    const released = releaseHold(work, row, rows);
    return { ...released, stage, ...endWait(work, row), settledAt: nowMs };
  };
}

export const cancelWithdrawal = decisionCommand(
  'withdrawal-cancel',
  ['email-sent', 'awaiting-approval', 'waiting'],
  endAs('cancelled'),
);

export const rejectWithdrawal = decisionCommand(
  'withdrawal-reject',
  ['awaiting-approval', 'waiting'],
  endAs('rejected'),
);
