/**
 * Records that the output of a deposit is no longer in a block of the chain, because the block was reorganised away.
 *
 * A deposit that is not credited yet waits for a block again, or vanishes if the chain no longer knows the output. A
 * credited one keeps its credit while the output waits for a block, and is marked until it has its confirmations again.
 * If the chain no longer knows the output, the credit is taken back, and the deposit vanishes: seen again, it is credited
 * again. While custody lacks the amount, it stays marked.
 */
import { reject } from '../../contract/errors.ts';
import { isCreditedOnce, isReversible } from '../../domain/deposit/deposit-stage.ts';
import { depositById } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { canReverse, reversalLookups, reverseCredit } from './credit-reversal.ts';
import { updateDeposit } from './deposit-advance.ts';
import { type DepositReply, depositReply } from './deposit-reply.ts';

export type LostOutput = {
  readonly id: string;
  /** Whether it waits for a block again; false: the chain does not know it any more. */
  readonly waits: boolean;
};

/** The reply is the deposit as committed. */
export const reorganiseDeposit: Command<LostOutput, DepositReply, 'deposit-unknown'> = {
  name: 'deposit-reorganise',
  prefetch: [
    ({ id }) => [depositById(id)],
    ({ id, waits }, rows) => {
      const row = rows.one(depositById(id));
      return row !== undefined && !waits && isReversible(row.stage) ? reversalLookups(row) : [];
    },
  ],
  decide({ id, waits }, rows, context) {
    const row = rows.one(depositById(id));
    if (row === undefined) return reject('deposit-unknown', { id });
    const { stage } = row;
    const isCredited = isCreditedOnce(stage);
    const work = new UnitOfWork(rows, context);
    const lost = { confirmations: 0, blockHeight: null };
    if (!waits && isReversible(stage) && canReverse(row, work)) {
      reverseCredit(row, work);
      const set = updateDeposit(work, row, { ...lost, stage: 'vanished', reorganisedAt: null });
      return work.reply(depositReply({ ...row, ...set }));
    }
    const isMarked = row.reorganisedAt !== null && row.blockHeight === null && row.confirmations === 0;
    if (isMarked || stage === 'below-minimum' || stage === 'vanished')
      return { reply: depositReply(row), writes: [] };
    // One that is marked may have been in a block again, with too few confirmations.
    const reorganisedAt = row.reorganisedAt ?? context.nowMs;
    const set = isCredited
      ? updateDeposit(work, row, { ...lost, reorganisedAt })
      : updateDeposit(work, row, { ...lost, stage: waits ? stage : 'vanished' });
    return work.reply(depositReply({ ...row, ...set }));
  },
};
