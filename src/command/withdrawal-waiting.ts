/** A withdrawal begins to wait, waits for something else, or no longer waits: the count of its line goes along. */
import type { WaitingReason } from '../contract/withdrawal-stages.ts';
import type { Row } from '../store/tables.ts';
import type { Draft } from './draft.ts';

/** @returns the columns to set. */
export function waitFor(
  draft: Draft,
  row: Row<'withdrawals'>,
  reason: WaitingReason,
): Partial<Row<'withdrawals'>> {
  leaveLine(draft, row);
  if (reason === 'liquidity') draft.custody.countWaiting(row, 1);
  return { stage: 'waiting', waiting_for: reason };
}

/** @returns the columns to set, beside the stage; none where it does not wait. */
export function leaveLine(draft: Draft, row: Row<'withdrawals'>): Partial<Row<'withdrawals'>> {
  if (row.waiting_for === 'liquidity') draft.custody.countWaiting(row, -1);
  return row.waiting_for === null ? {} : { waiting_for: null };
}
