/** Releases the hold of a withdrawal that failed or was cancelled or rejected: the gross amount, fee included. */
import { customerAccount } from '../../domain/ledger/ledger.ts';
import type { Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { endReturn, isReturn } from '../deposit/returned-deposit.ts';
import type { UnitOfWork } from '../unit-of-work.ts';

/**
 * If the withdrawal returns a deposit, the hold is kept, because the deposit becomes unattributed again.
 * @returns the columns of the withdrawal to change. A failed return clears its order id, so that the deposit can be
 * returned again.
 */
export function releaseHold(
  work: UnitOfWork,
  row: Row<'withdrawals'>,
  rows: Rows,
): Partial<Row<'withdrawals'>> {
  const { id, accountId, asset, wallet, amount } = row;
  if (isReturn(row)) {
    endReturn(work, row, rows, 'unattributed');
    return { orderId: null };
  }
  work.post({
    kind: 'withdrawal-release',
    asset,
    amount,
    debit: customerAccount(accountId, 'held', wallet),
    credit: customerAccount(accountId, 'free', wallet),
    reference: id,
  });
  return {};
}
