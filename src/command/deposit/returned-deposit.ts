/**
 * The link between a returned deposit and its withdrawal. The withdrawal belongs to the reserved account, and its order
 * id is the id of the deposit. Order ids are unique, so a deposit cannot be returned twice.
 */
import type { DepositStage } from '../../domain/deposit/deposit-stage.ts';
import { unattributedAccountId } from '../../domain/deposit/unattributed-account.ts';
import { depositById } from '../../store/lookups.ts';
import type { Lookup, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { updateDeposit } from './deposit-advance.ts';

/** Looks up the deposit that a withdrawal returns, if it is a return. */
export function returnedDepositLookups(row: Row<'withdrawals'>): readonly Lookup<'deposits'>[] {
  return isReturn(row) && row.orderId !== null ? [depositById(row.orderId)] : [];
}

export function isReturn({ accountId }: Row<'withdrawals'>): boolean {
  return accountId === unattributedAccountId;
}

/** Sets the stage of a returned deposit when its withdrawal ends. The caller must prefetch the deposit. */
export function endReturn(
  work: UnitOfWork,
  row: Row<'withdrawals'>,
  rows: Rows,
  stage: Extract<DepositStage, 'returned' | 'unattributed'>,
): void {
  const [lookup] = returnedDepositLookups(row);
  const deposit = lookup && rows.one(lookup);
  if (deposit === undefined) throw new Error(`withdrawal ${row.id} returns no deposit`);
  updateDeposit(work, deposit, { stage });
}
