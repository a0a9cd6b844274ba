/** Transfers a free balance from one wallet of an account to its other wallet. */
import type { Decimal } from '../../contract/decimal.ts';
import { isRejection, reject } from '../../contract/errors.ts';
import { customerAccount, type Wallet } from '../../domain/ledger/ledger.ts';
import { accountById, balanceOf } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { readAmount } from '../read-amount.ts';
import { UnitOfWork } from '../unit-of-work.ts';

export type WalletTransfer = {
  readonly accountId: number;
  readonly from: Wallet;
  readonly asset: string;
  readonly amount: Decimal;
};

type TransferError =
  | 'deadline-passed'
  | 'account-disabled'
  | 'asset-unknown'
  | 'precision-exceeded'
  | 'amount-not-positive'
  | 'balance-insufficient';

export const transferBetweenWallets: Command<WalletTransfer, { readonly tranId: number }, TransferError> = {
  name: 'wallet-transfer',
  prefetch: [
    ({ accountId, asset }) => [
      accountById(accountId),
      balanceOf(accountId, asset, 'spot'),
      balanceOf(accountId, asset, 'funding'),
    ],
  ],
  decide({ accountId, from, amount, ...transfer }, rows, context) {
    const account = rows.one(accountById(accountId));
    if (!account?.enabled) return reject('account-disabled');
    const asset = context.catalog.assets.get(transfer.asset);
    if (asset === undefined) return reject('asset-unknown', { asset: transfer.asset });
    const units = readAmount(amount, asset);
    if (isRejection(units)) return units;
    const work = new UnitOfWork(rows, context);
    if (work.free(accountId, asset.asset, from) < units) {
      return reject('balance-insufficient', { asset: asset.asset, email: account.email });
    }

    const tranId = context.ids.tranId();
    work.post({
      kind: 'wallet-transfer',
      asset: asset.asset,
      amount: units,
      debit: customerAccount(accountId, 'free', from),
      credit: customerAccount(accountId, 'free', from === 'spot' ? 'funding' : 'spot'),
      reference: `${tranId}`,
    });
    work.write({
      insert: 'wallet_transfers',
      row: { tranId, accountId, fromWallet: from, asset: asset.asset, amount: units, at: context.nowMs },
    });
    return work.reply({ tranId });
  },
};
