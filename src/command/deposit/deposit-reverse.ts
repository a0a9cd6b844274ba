/**
 * Takes back, on behalf of an operator, the credit of a deposit whose block was reorganised away. Like a deposit that was
 * not credited, it has then vanished: if the chain confirms its output again, it is credited again.
 */
import { type Rejection, reject } from '../../contract/errors.ts';
import { isReversible } from '../../domain/deposit/deposit-stage.ts';
import { depositById } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { canReverse, reversalLookups, reverseCredit } from './credit-reversal.ts';
import { updateDeposit } from './deposit-advance.ts';
import { ownerEmail, ownerLookup } from './deposit-owner.ts';
import { type DepositReply, depositReply } from './deposit-reply.ts';

export type DepositReversal = { readonly operator: Operator; readonly id: string };

/** `email`: of the owner; null if there is none. */
export type DepositReversed = { readonly deposit: DepositReply; readonly email: string | null };

export const reverseDeposit: Command<
  DepositReversal,
  DepositReversed,
  'reason-missing' | 'deposit-unknown' | StateError
> = {
  name: 'deposit-reverse',
  prefetch: [
    ({ id }) => [depositById(id)],
    ({ id }, rows) => {
      const row = rows.one(depositById(id));
      return row ? [ownerLookup(row), ...reversalLookups(row)] : [];
    },
  ],
  decide({ id, operator }, rows, context) {
    if (operator.reason.trim() === '') return reject('reason-missing', { action: 'reverse-deposit' });
    const row = rows.one(depositById(id));
    if (row === undefined) return reject('deposit-unknown', { id });
    const work = new UnitOfWork(rows, context);
    const rejection = rejectionOf(row, work);
    if (rejection !== undefined) return rejection;
    reverseCredit(row, work);
    const set = updateDeposit(work, row, { stage: 'vanished', reorganisedAt: null });
    work.audit(operator, 'deposit-reverse', id, { from: row.stage, to: 'vanished' });
    return work.reply({ deposit: depositReply({ ...row, ...set }), email: ownerEmail(row, rows) });
  },
};

type StateError =
  | 'deposit-not-reorganised'
  | 'deposit-in-block-again'
  | 'deposit-stage-wrong'
  | 'custody-insufficient';

function rejectionOf(row: Row<'deposits'>, work: UnitOfWork): Rejection<StateError> | undefined {
  const { id, asset, network, stage, reorganisedAt, blockHeight } = row;
  if (reorganisedAt === null) return reject('deposit-not-reorganised', { id });
  if (blockHeight !== null) return reject('deposit-in-block-again', { id });
  if (!isReversible(stage)) return reject('deposit-stage-wrong', { id, stage });
  if (!canReverse(row, work)) return reject('custody-insufficient', { asset, network });
  return undefined;
}
