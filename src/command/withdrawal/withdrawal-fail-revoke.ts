/**
 * Revokes the decision that a withdrawal fails, because the chain has confirmed one of its transactions and will not
 * drop it any more. The withdrawal is broadcast as before, and is completed by that transaction.
 */
import { reject } from '../../contract/errors.ts';
import { withdrawalById } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { isFailing } from './withdrawal-fail.ts';

/** Recorded as the actor, because the chain has decided. */
const actor = 'chain';

/** The reply is the withdrawal as committed. */
export const revokeWithdrawalFailure: Command<
  { readonly id: string },
  Row<'withdrawals'>,
  'withdrawal-not-failing'
> = {
  name: 'withdrawal-fail-revoke',
  prefetch: [({ id }) => [withdrawalById(id)]],
  decide({ id }, rows, context) {
    const row = rows.one(withdrawalById(id));
    if (row === undefined || !isFailing(row)) return reject('withdrawal-not-failing', { id });
    const work = new UnitOfWork(rows, context);
    const set = { failure: null };
    work.write({ update: 'withdrawals', key: { id }, set });
    const reason = 'The chain has confirmed a transaction.';
    work.audit({ actor, reason }, 'withdrawal-fail-revoke', id, { failure: row.failure });
    return work.reply({ ...row, ...set });
  },
};
