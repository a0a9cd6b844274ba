/**
 * Records the confirmations of a deposit. At `minConfirm` it is credited and held, at `unlockConfirm` it is released.
 * An unattributed deposit is held from `unlockConfirm` on.
 */
import { reject } from '../../contract/errors.ts';
import { type DepositStage, isFollowed } from '../../domain/deposit/deposit-stage.ts';
import { balanceOf, custodyOf, depositById } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { advanceDeposit, updateDeposit } from './deposit-advance.ts';

export type Confirmation = { readonly id: string; readonly confirmations: number };

export const confirmDeposit: Command<Confirmation, { readonly stage: DepositStage }> = {
  name: 'deposit-confirm',
  prefetch: [
    ({ id }) => [depositById(id)],
    ({ id }, rows) => {
      const row = rows.one(depositById(id));
      return row ? [balanceOf(row.accountId, row.asset), custodyOf(row.asset)] : [];
    },
  ],
  decide({ id, confirmations }, rows, context) {
    const row = rows.one(depositById(id));
    if (row === undefined) return reject('operator-not-found', { what: `deposit ${id}` });
    const before = row.stage;
    if (!isFollowed(before)) return { reply: { stage: before }, writes: [] };
    const work = new UnitOfWork(rows, context);
    const stage = advanceDeposit(work, row, confirmations, context.catalog);
    const isUnchanged = stage === before && (stage === 'suspended' || confirmations === row.confirmations);
    if (isUnchanged) return { reply: { stage }, writes: [] };
    updateDeposit(work, row, { stage, confirmations });
    return work.reply({ stage });
  },
};
