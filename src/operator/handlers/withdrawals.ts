import { unwrap } from '../../command/outcome.ts';
import { isRejection, type OperatorCommandErrorId, reject } from '../../contract/errors.ts';
import * as operations from '../../contract/operator/withdrawals.ts';
import type { Outcome } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { implement, type OperatorHandler, type OperatorParts } from '../handler.ts';
import { viewDetails } from '../views/withdrawal-details.ts';
import { viewWithdrawal } from '../views/withdrawal-view.ts';
import { emailsOf } from './subject.ts';

type Decision = OperatorHandler<typeof operations.approveWithdrawal>;

export const getWithdrawal = implement(
  operations.getWithdrawal,
  async ({ path: { id } }, operator, parts) => {
    const row = await parts.reads.row('withdrawals', { id });
    return row === undefined ? noWithdrawal(id) : viewDetails(parts, row, operator);
  },
);

function decisionBy(
  command: 'confirmWithdrawal' | 'cancelWithdrawal' | 'approveWithdrawal' | 'rejectWithdrawal',
): Decision {
  return ({ path: { id } }, operator, parts) =>
    decide(id, parts, () => parts.commands.submit(command, { id, operator }));
}

export const confirmWithdrawal = implement(operations.confirmWithdrawal, decisionBy('confirmWithdrawal'));
export const cancelWithdrawal = implement(operations.cancelWithdrawal, decisionBy('cancelWithdrawal'));
export const approveWithdrawal = implement(operations.approveWithdrawal, decisionBy('approveWithdrawal'));
export const rejectWithdrawal = implement(operations.rejectWithdrawal, decisionBy('rejectWithdrawal'));

export const failWithdrawal = implement(operations.failWithdrawal, ({ path: { id } }, operator, parts) =>
  decide(id, parts, () => parts.chainService.failWithdrawal(id, operator)),
);

export const resendWithdrawal = implement(operations.resendWithdrawal, ({ path: { id } }, operator, parts) =>
  decide(id, parts, () => parts.chainService.resendWithdrawal(id, operator)),
);

/** Reads the owner first, which never changes, so that no read can fail after the decision is committed. */
async function decide(
  id: string,
  parts: OperatorParts,
  work: () => Promise<Outcome<Row<'withdrawals'>, OperatorCommandErrorId | 'proof-missing'>>,
): Promise<Awaited<ReturnType<Decision>>> {
  const row = await parts.reads.row('withdrawals', { id });
  if (row === undefined) return noWithdrawal(id);
  const emailOf = await emailsOf(parts.reads, [row.accountId]);
  const outcome = unwrap(await work());
  return isRejection(outcome) ? outcome : viewWithdrawal(parts, outcome.done, emailOf);
}

const noWithdrawal = (id: string) => reject('withdrawal-unknown', { id });
