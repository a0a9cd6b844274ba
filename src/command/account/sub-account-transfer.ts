/**
 * Transfers an asset between any two accounts of a family, on behalf of an enabled master. Sub-accounts may be
 * disabled, so that the master can still withdraw their balances.
 */
import type { Decimal } from '../../contract/decimal.ts';
import { isRejection, reject } from '../../contract/errors.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { customerAccount } from '../../domain/ledger/ledger.ts';
import { accountByEmail, accountById, balanceOf } from '../../store/lookups.ts';
import type { Command, Rows } from '../../store/port.ts';
import type { Row } from '../../store/tables.ts';
import { readAmount } from '../read-amount.ts';
import { UnitOfWork } from '../unit-of-work.ts';

export type FamilyTransfer = {
  readonly masterId: number;
  readonly fromEmail: string;
  readonly toEmail: string;
  readonly asset: string;
  readonly amount: Decimal;
};

type TransferError =
  | 'deadline-passed'
  | 'account-disabled'
  | 'sub-account-unrelated'
  | 'recipient-is-sender'
  | 'asset-unknown'
  | 'precision-exceeded'
  | 'amount-not-positive'
  | 'balance-insufficient';

export const transferBetweenAccounts: Command<FamilyTransfer, { readonly tranId: number }, TransferError> = {
  name: 'sub-account-transfer',
  prefetch: [
    ({ masterId, fromEmail, toEmail }) => [
      accountById(masterId),
      accountByEmail(normaliseEmail(fromEmail)),
      accountByEmail(normaliseEmail(toEmail)),
    ],
    ({ masterId, fromEmail, toEmail, asset }, rows) =>
      [fromEmail, toEmail].flatMap((email) => {
        const member = memberOf(masterId, email, rows);
        return member ? [balanceOf(member.id, asset)] : [];
      }),
  ],
  decide({ masterId, fromEmail, toEmail, amount, ...transfer }, rows, context) {
    // The master may have been disabled after its key was looked up.
    if (!rows.one(accountById(masterId))?.enabled) return reject('account-disabled');
    const from = memberOf(masterId, fromEmail, rows);
    const to = memberOf(masterId, toEmail, rows);
    if (from === undefined || to === undefined) return reject('sub-account-unrelated');
    if (from.id === to.id) return reject('recipient-is-sender');
    const asset = context.catalog.assets.get(transfer.asset);
    if (asset === undefined) return reject('asset-unknown', { asset: transfer.asset });
    const units = readAmount(amount, asset);
    if (isRejection(units)) return units;
    const work = new UnitOfWork(rows, context);
    if (work.free(from.id, asset.asset) < units) {
      return reject('balance-insufficient', { asset: asset.asset, email: from.email });
    }

    const tranId = context.ids.tranId();
    work.post({
      kind: 'sub-account-transfer',
      asset: asset.asset,
      amount: units,
      debit: customerAccount(from.id, 'free'),
      credit: customerAccount(to.id, 'free'),
      reference: `${tranId}`,
    });
    work.write({
      insert: 'sub_account_transfers',
      row: {
        tranId,
        masterId,
        fromAccountId: from.id,
        toAccountId: to.id,
        asset: asset.asset,
        amount: units,
        at: context.nowMs,
      },
    });
    return work.reply({ tranId });
  },
};

function memberOf(masterId: number, email: string, rows: Rows): Row<'accounts'> | undefined {
  const account = rows.one(accountByEmail(normaliseEmail(email)));
  return account?.id === masterId || account?.masterId === masterId ? account : undefined;
}
