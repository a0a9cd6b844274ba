/** A withdrawal that comes to nothing gives back what it held: the gross amount, fee included. */
import { customerAccount } from '../domain/ledger.ts';
import type { Row } from '../store/tables.ts';
import type { Draft } from './draft.ts';

export function releaseHold(draft: Draft, { id, account_id, asset, amount }: Row<'withdrawals'>): void {
  draft.post({
    kind: 'withdrawal-release',
    asset,
    amount,
    debit: customerAccount(account_id, 'held'),
    credit: customerAccount(account_id, 'free'),
    reference: id,
  });
}
