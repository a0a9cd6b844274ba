/**
 * Records the confirmations of a deposit. At `minConfirm` it is credited and held, at `unlockConfirm` it is released.
 * An unattributed deposit is held from `unlockConfirm` on.
 */
import { reject } from '../../contract/errors.ts';
import { isCreditedOnce, isFollowed } from '../../domain/deposit/deposit-stage.ts';
import { depositTermsOf } from '../../domain/deposit/deposit-terms.ts';
import { balanceOf, custodyOf, depositById } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { advanceDeposit, updateDeposit } from './deposit-advance.ts';
import { type DepositReply, depositReply } from './deposit-reply.ts';

export type Confirmation = {
  readonly id: string;
  readonly confirmations: number;
  /** The height of the block that the output is in. */
  readonly blockHeight: number;
};

/** The reply is the deposit as committed. */
export const confirmDeposit: Command<Confirmation, DepositReply, 'deposit-unknown'> = {
  name: 'deposit-confirm',
  prefetch: [
    ({ id }) => [depositById(id)],
    ({ id }, rows) => {
      const row = rows.one(depositById(id));
      return row ? [balanceOf(row.accountId, row.asset), custodyOf(row.asset)] : [];
    },
  ],
  decide({ id, confirmations, blockHeight }, rows, context) {
    const row = rows.one(depositById(id));
    if (row === undefined) return reject('deposit-unknown', { id });
    const before = row.stage;
    const work = new UnitOfWork(rows, context);
    // Seen in a block again, or in another one, after a reorganisation.
    const { minConfirm } = depositTermsOf(context.catalog, row.asset, row.network);
    const reorganisedAt = confirmations >= minConfirm ? null : row.reorganisedAt;
    const isElsewhere = blockHeight !== row.blockHeight || reorganisedAt !== row.reorganisedAt;
    if (!isFollowed(before)) {
      // For a deposit that was never credited, the confirmation may be older than the reorganisation of its block.
      const isSeenElsewhere = isElsewhere && isCreditedOnce(before);
      const set = isSeenElsewhere
        ? updateDeposit(work, row, { confirmations, blockHeight, reorganisedAt })
        : {};
      return work.reply(depositReply({ ...row, ...set }));
    }
    const stage = advanceDeposit(work, row, confirmations, context.catalog);
    const isUnchanged =
      stage === before && (stage === 'suspended' || (confirmations === row.confirmations && !isElsewhere));
    if (isUnchanged) return { reply: depositReply(row), writes: [] };
    const set = updateDeposit(work, row, { stage, confirmations, blockHeight, reorganisedAt });
    return work.reply(depositReply({ ...row, ...set }));
  },
};

/** Same as an operator reports it of a manual network. */
export const confirmReportedDeposit: Command<
  Confirmation & { readonly operator: Operator },
  DepositReply,
  'deposit-unknown'
> = { ...confirmDeposit, name: 'deposit-report-confirm' };
