/**
 * What people decide about a withdrawal that waits for them: the customer confirms or cancels it, an operator approves,
 * rejects or cancels it. Each moves the stage by the rules of the state machine; money is released where it ends here.
 */
import { type Rejection, reject } from '../contract/errors.ts';
import { canMove, type WithdrawalStage } from '../domain/withdrawal-stage.ts';
import { balanceOf, withdrawalById } from '../store/lookups.ts';
import type { Command, DecisionContext, Rows } from '../store/port.ts';
import type { Row } from '../store/tables.ts';
import { Draft, type Operator } from './draft.ts';
import { releaseHold } from './withdrawal-release.ts';
import { destinationLookup, recipientLookups, recipientOf, sendWithdrawal } from './withdrawal-send.ts';
import { needsApproval } from './withdrawal-submit.ts';

export type WithdrawalDecision = { readonly id: string; readonly operator: Operator };
export type WithdrawalMoved = { readonly id: string; readonly stage: WithdrawalStage };

type DecisionCommand = Command<WithdrawalDecision, WithdrawalMoved>;
type Verdict = (
  draft: Draft,
  row: Row<'withdrawals'>,
  rows: Rows,
  context: DecisionContext,
) => Partial<Row<'withdrawals'>>;

const prefetch: DecisionCommand['prefetch'] = [
  ({ id }) => [withdrawalById(id)],
  ({ id }, rows, { catalog }) => {
    const row = rows.one(withdrawalById(id));
    return row ? [balanceOf(row.account_id, row.asset), destinationLookup(row, catalog)] : [];
  },
  ({ id }, rows, { catalog }) => {
    const row = rows.one(withdrawalById(id));
    return row ? recipientLookups(row, rows, catalog) : [];
  },
];

function decisionCommand(name: string, from: readonly WithdrawalStage[], verdict: Verdict): DecisionCommand {
  return {
    name,
    prefetch,
    decide({ id, operator }, rows, context) {
      const row = rows.one(withdrawalById(id));
      if (row === undefined) return reject('operator-not-found', { what: `withdrawal ${id}` });
      if (!from.includes(row.stage as WithdrawalStage)) return wrongStage(row, from);
      const draft = new Draft(rows, context);
      const set = verdict(draft, row, rows, context);
      const stage = set.stage as WithdrawalStage;
      if (!canMove(row.stage as WithdrawalStage, stage))
        throw new Error(`${row.stage} cannot become ${stage}`);
      draft.write({ update: 'withdrawals', key: { id }, set });
      draft.audit(operator, name, id, { from: row.stage, to: stage });
      return draft.reply({ id, stage });
    },
  };
}

function wrongStage(row: Row<'withdrawals'>, from: readonly WithdrawalStage[]): Rejection {
  return reject('operator-conflict', {
    reason: `The withdrawal is ${row.stage}; only one that is ${from.join(' or ')} can do that.`,
  });
}

const send: Verdict = (draft, row, rows, context) => ({
  ...sendWithdrawal(draft, row, recipientOf(row, rows, context.catalog), context),
});

/** The customer followed the link in the e-mail. */
export const confirmWithdrawal = decisionCommand(
  'withdrawal-confirm',
  ['email-sent'],
  (draft, row, rows, context) => {
    const asset = context.catalog.assets.get(row.asset);
    return asset && needsApproval(asset, row.amount)
      ? { stage: 'awaiting-approval' }
      : send(draft, row, rows, context);
  },
);

/** Before it is confirmed, or while it waits for an operator; never once it is on its way. */
export const cancelWithdrawal = decisionCommand(
  'withdrawal-cancel',
  ['email-sent', 'awaiting-approval'],
  (draft, row, _rows, { nowMs }) => {
    releaseHold(draft, row);
    return { stage: 'cancelled', settled_at: nowMs };
  },
);

export const approveWithdrawal = decisionCommand('withdrawal-approve', ['awaiting-approval'], send);

export const rejectWithdrawal = decisionCommand(
  'withdrawal-reject',
  ['awaiting-approval'],
  (draft, row, _rows, { nowMs }) => {
    releaseHold(draft, row);
    return { stage: 'rejected', settled_at: nowMs };
  },
);
