/** Changes the reason for which a withdrawal waits, or ends its wait, and updates the count of waiting withdrawals. */
import type { WaitingReason } from '../../contract/withdrawal-stages.ts';
import type { Row } from '../../store/tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/** @returns the columns to set. */
export function waitFor(
  work: UnitOfWork,
  row: Row<'withdrawals'>,
  reason: WaitingReason,
): Partial<Row<'withdrawals'>> {
  endWait(work, row);
  if (reason === 'liquidity') work.custody.countWaiting(row, 1);
  return { stage: 'waiting', waitingFor: reason };
}

/** @returns the columns to set in addition to the stage; empty when the withdrawal does not wait. */
export function endWait(work: UnitOfWork, row: Row<'withdrawals'>): Partial<Row<'withdrawals'>> {
  if (row.waitingFor === 'liquidity') work.custody.countWaiting(row, -1);
  return row.waitingFor === null ? {} : { waitingFor: null };
}
