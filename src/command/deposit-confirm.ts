/**
 * A deposit's transaction has so many confirmations: at `minConfirm` it is credited but held (6), at `unlockConfirm` it
 * is free (1). While deposits of the network are closed it stays as it is.
 */
import { reject } from '../contract/errors.ts';
import { networkOf } from '../domain/catalog.ts';
import { customerAccount, house } from '../domain/ledger.ts';
import { balanceOf, depositById } from '../store/lookups.ts';
import type { Command } from '../store/port.ts';
import type { Row } from '../store/tables.ts';
import { Draft } from './draft.ts';

export type Confirmation = { readonly id: string; readonly confirmations: number };

export const depositStatus = { pending: 0, credited: 6, free: 1 } as const;

export const confirmDeposit: Command<Confirmation, { readonly status: number }> = {
  name: 'deposit-confirm',
  prefetch: [
    ({ id }) => [depositById(id)],
    ({ id }, rows) => {
      const row = rows.one(depositById(id));
      return row ? [balanceOf(row.account_id, row.asset)] : [];
    },
  ],
  decide({ id, confirmations }, rows, context) {
    const row = rows.one(depositById(id));
    const asset = row && context.catalog.assets.get(row.asset);
    const network = asset && networkOf(asset, row.network);
    if (row === undefined || network === undefined)
      return reject('operator-not-found', { what: `deposit ${id}` });
    if (!network.depositEnabled || row.status === depositStatus.free)
      return { reply: { status: row.status }, writes: [] };
    const draft = new Draft(rows, context);
    let status = row.status;
    if (status === depositStatus.pending && confirmations >= network.minConfirm) {
      status = depositStatus.credited;
      credit(draft, row);
    }
    if (status === depositStatus.credited && confirmations >= network.unlockConfirm) {
      status = depositStatus.free;
      unlock(draft, row);
    }
    if (status === row.status && confirmations === row.confirmations)
      return { reply: { status }, writes: [] };
    draft.write({ update: 'deposits', key: { seq: row.seq }, set: { status, confirmations } });
    return draft.reply({ status });
  },
};

function credit(draft: Draft, { id, account_id, asset, network, amount }: Row<'deposits'>): void {
  draft.post({
    kind: 'deposit-credit',
    asset,
    amount,
    debit: house.custody(network),
    credit: customerAccount(account_id, 'held'),
    reference: id,
  });
}

function unlock(draft: Draft, { id, account_id, asset, amount }: Row<'deposits'>): void {
  draft.post({
    kind: 'deposit-unlock',
    asset,
    amount,
    debit: customerAccount(account_id, 'held'),
    credit: customerAccount(account_id, 'free'),
    reference: id,
  });
}
