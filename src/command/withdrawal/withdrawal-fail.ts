/**
 * Decides, for an operator, that a withdrawal fails.
 *
 * One that is queued fails at once: nothing was sent. One that is broadcast is marked by its `failure`, in a commit of
 * its own: while it is marked, it can neither be completed nor sent again, so its transactions can be dropped from the
 * chain without a settlement in between. Then it fails (`withdrawal-settle.ts`), or, if the chain has already confirmed
 * one of the transactions, the decision is revoked (`withdrawal-fail-revoke.ts`).
 */
import { reject } from '../../contract/errors.ts';
import { balanceOf, withdrawalById } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { returnedDepositLookups } from '../deposit/returned-deposit.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { releaseHold } from './withdrawal-release.ts';

export type FailureDecision = { readonly id: string; readonly operator: Operator };

/** The reply is the withdrawal as committed. A withdrawal that is marked already keeps its first mark. */
export const failWithdrawal: Command<
  FailureDecision,
  Row<'withdrawals'>,
  'withdrawal-unknown' | 'withdrawal-stage-wrong' | 'network-manual'
> = {
  name: 'withdrawal-fail',
  prefetch: [
    ({ id }) => [withdrawalById(id)],
    ({ id }, rows) => {
      const row = rows.one(withdrawalById(id));
      if (row?.stage !== 'queued') return [];
      return [balanceOf(row.accountId, row.asset, row.wallet), ...returnedDepositLookups(row)];
    },
  ],
  decide({ id, operator }, rows, context) {
    const row = rows.one(withdrawalById(id));
    if (row === undefined) return reject('withdrawal-unknown', { id });
    if (isFailing(row)) return { reply: row, writes: [] };
    const { stage } = row;
    if (row.claim !== null) return reject('network-manual', { network: row.network });
    if (stage !== 'queued' && stage !== 'broadcast')
      return reject('withdrawal-stage-wrong', { id, stage, allowed: ['queued', 'broadcast'] });
    const work = new UnitOfWork(rows, context);
    const failure = operator.reason === '' ? 'Failed by an operator.' : operator.reason;
    const ended = { ...(stage === 'queued' && releaseHold(work, row, rows)), settledAt: context.nowMs };
    const set: Partial<Row<'withdrawals'>> =
      stage === 'queued' ? { ...ended, stage: 'failed', failure } : { failure };
    work.write({ update: 'withdrawals', key: { id }, set });
    work.audit(operator, 'withdrawal-fail', id, { from: stage, to: 'failed' });
    return work.reply({ ...row, ...set });
  },
};

/** Whether an operator has decided that the withdrawal fails, and its transactions are being dropped. */
export function isFailing({ stage, failure }: Pick<Row<'withdrawals'>, 'stage' | 'failure'>): boolean {
  return stage === 'broadcast' && failure !== null;
}
