/**
 * Records that the output of a deposit is no longer in a block of the chain, because the block was reorganised away.
 *
 * A deposit that is not credited yet waits for a block again, or vanishes if the chain no longer knows the output. A
 * credit is kept: the customer may have used it, so taking it back is a decision of an operator and a transfer of its
 * own. The deposit is marked until the output has its confirmations again, and is never credited a second time.
 */
import { reject } from '../../contract/errors.ts';
import { type DepositStage, isCreditedOnce } from '../../domain/deposit/deposit-stage.ts';
import { depositById } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { UnitOfWork } from '../unit-of-work.ts';
import { updateDeposit } from './deposit-advance.ts';

export type LostOutput = {
  readonly id: string;
  /** Whether it waits for a block again; false: the chain does not know it any more. */
  readonly waits: boolean;
};

export const reorganiseDeposit: Command<LostOutput, { readonly stage: DepositStage }, 'deposit-unknown'> = {
  name: 'deposit-reorganise',
  prefetch: [({ id }) => [depositById(id)]],
  decide({ id, waits }, rows, context) {
    const row = rows.one(depositById(id));
    if (row === undefined) return reject('deposit-unknown', { id });
    const { stage } = row;
    const isCredited = isCreditedOnce(stage);
    const isMarked = row.reorganisedAt !== null && row.blockHeight === null && row.confirmations === 0;
    if (isMarked || stage === 'below-minimum' || stage === 'vanished')
      return { reply: { stage }, writes: [] };
    const work = new UnitOfWork(rows, context);
    const lost = { confirmations: 0, blockHeight: null };
    // One that is marked may have been in a block again, with too few confirmations.
    const reorganisedAt = row.reorganisedAt ?? context.nowMs;
    if (isCredited) updateDeposit(work, row, { ...lost, reorganisedAt });
    else updateDeposit(work, row, { ...lost, stage: waits ? stage : 'vanished' });
    return work.reply({ stage: isCredited || waits ? stage : 'vanished' });
  },
};
