/** An operator credits or debits a customer by hand, against the house's adjustments; never without a reason. */

import { type Decimal, formatDecimal, formatUnits } from '../contract/decimal.ts';
import { normaliseEmail } from '../domain/email.ts';
import { customerAccount, house } from '../domain/ledger.ts';
import { accountByEmail, balanceOf } from '../store/lookups.ts';
import type { Command } from '../store/port.ts';
import { Draft, type Operator } from './draft.ts';
import { conflict, invalid, noAccount, noAsset, readAmount } from './operator-refusal.ts';

export type BalanceAdjustment = {
  readonly operator: Operator;
  readonly email: string;
  readonly asset: string;
  readonly amount: Decimal;
  readonly direction: 'credit' | 'debit';
};

/** The id is the reference of the transfer; the balance afterwards is canonical decimal text. */
export type BalanceAdjusted = {
  readonly id: string;
  readonly email: string;
  readonly asset: string;
  readonly free: string;
  readonly held: string;
};

export const adjustBalance: Command<BalanceAdjustment, BalanceAdjusted> = {
  name: 'balance-adjust',
  prefetch: [
    ({ email }) => [accountByEmail(normaliseEmail(email))],
    ({ email, asset }, rows) => {
      const account = rows.one(accountByEmail(normaliseEmail(email)));
      return account ? [balanceOf(account.id, asset)] : [];
    },
  ],
  decide({ operator, amount, direction, ...adjustment }, rows, context) {
    if (operator.reason.trim() === '') return invalid('An adjustment needs a reason.');
    const email = normaliseEmail(adjustment.email);
    const account = rows.one(accountByEmail(email));
    if (account === undefined) return noAccount(email);
    const asset = context.catalog.assets.get(adjustment.asset);
    if (asset === undefined) return noAsset(adjustment.asset);
    const units = readAmount(amount, asset);
    if (typeof units !== 'bigint') return units;
    const draft = new Draft(rows, context);
    if (direction === 'debit' && draft.free(account.id, asset.asset) < units) {
      return conflict(`${email} has less than that free in ${asset.asset}.`);
    }
    const id = context.ids.recordId();
    const customer = customerAccount(account.id, 'free');
    draft.post({
      kind: 'adjustment',
      asset: asset.asset,
      amount: units,
      debit: direction === 'credit' ? house.adjustments : customer,
      credit: direction === 'credit' ? customer : house.adjustments,
      reference: id,
    });
    draft.audit(operator, 'balance-adjust', email, {
      id,
      direction,
      asset: asset.asset,
      amount: formatDecimal(amount),
    });
    const amountText = (amountUnits: bigint) => formatUnits(amountUnits, asset.scale);
    return draft.reply({
      id,
      email,
      asset: asset.asset,
      free: amountText(draft.free(account.id, asset.asset)),
      held: amountText(rows.one(balanceOf(account.id, asset.asset))?.held ?? 0n),
    });
  },
};
