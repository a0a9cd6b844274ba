/** Changes what a withdrawal waits for, or ends its wait, and keeps the count of its queue in step. */
import type { WaitingReason } from '../../contract/withdrawal-stages.ts';
import type { Row } from '../../store/tables.ts';
import type { Draft } from '../draft.ts';

/** @returns the columns to set. */
export function waitFor(
  draft: Draft,
  row: Row<'withdrawals'>,
  reason: WaitingReason,
): Partial<Row<'withdrawals'>> {
  leaveLine(draft, row);
  if (reason === 'liquidity') draft.custody.countWaiting(row, 1);
  return { stage: 'waiting', waitingFor: reason };
}

/** @returns the columns to set in addition to the stage; empty when the withdrawal does not wait. */
export function leaveLine(draft: Draft, row: Row<'withdrawals'>): Partial<Row<'withdrawals'>> {
  if (row.waitingFor === 'liquidity') draft.custody.countWaiting(row, -1);
  return row.waitingFor === null ? {} : { waitingFor: null };
}
