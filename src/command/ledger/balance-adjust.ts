/**
 * Credits or debits a customer manually, on behalf of an operator. A reason is required.
 *
 * In a backed booking, coins enter or leave custody: its other side is the custody of a network. An unbacked booking
 * moves no coins: its other side is the adjustments account, and the balances of customers may then exceed custody.
 */

import { type Decimal, formatDecimal, formatUnits } from '../../contract/decimal.ts';
import { type Rejection, reject } from '../../contract/errors.ts';
import type { Asset } from '../../domain/catalog/catalog.ts';
import { normaliseEmail } from '../../domain/email.ts';
import { customerAccount, exchangeAccounts } from '../../domain/ledger/ledger.ts';
import { accountByEmail, balanceOf, custodyOf } from '../../store/lookups.ts';
import type { Command } from '../../store/port.ts';
import { noAccount, noAsset } from '../operator-rejections.ts';
import { readAmount } from '../read-amount.ts';
import { type Operator, UnitOfWork } from '../unit-of-work.ts';
import { backingNetwork, payFromCustody } from './custody-payment.ts';

export type BalanceAdjustment = {
  readonly operator: Operator;
  readonly email: string;
  readonly asset: string;
  readonly amount: Decimal;
  readonly direction: 'credit' | 'debit';
  /** Default true. */
  readonly backed?: boolean | undefined;
  /** The network whose custody backs the booking; default: the asset's default network. */
  readonly network?: string | undefined;
};

/** The id is the reference of the transfer; the balance afterwards is canonical decimal text. */
export type BalanceAdjusted = {
  readonly id: string;
  readonly email: string;
  readonly asset: string;
  readonly free: string;
  readonly held: string;
};

type AdjustmentError =
  | 'reason-missing'
  | 'account-unknown'
  | 'asset-unknown'
  | 'network-unknown'
  | 'precision-exceeded'
  | 'amount-not-positive'
  | 'booking-unbacked'
  | 'balance-insufficient'
  | 'custody-below-booking';

export const adjustBalance: Command<BalanceAdjustment, BalanceAdjusted, AdjustmentError> = {
  name: 'balance-adjust',
  prefetch: [
    ({ email, asset }) => [accountByEmail(normaliseEmail(email)), custodyOf(asset)],
    ({ email, asset }, rows) => {
      const account = rows.one(accountByEmail(normaliseEmail(email)));
      return account ? [balanceOf(account.id, asset)] : [];
    },
  ],
  decide({ operator, amount, direction, backed = true, ...adjustment }, rows, context) {
    if (operator.reason.trim() === '') return reject('reason-missing', { action: 'adjust-balance' });
    const email = normaliseEmail(adjustment.email);
    const account = rows.one(accountByEmail(email));
    if (account === undefined) return noAccount(email);
    const asset = context.catalog.assets.get(adjustment.asset);
    if (asset === undefined) return noAsset(adjustment.asset);
    const units = readAmount(amount, asset);
    if (typeof units !== 'bigint') return units;
    const network = backed ? backingNetwork(asset, adjustment.network) : null;
    if (network !== null && typeof network === 'object') return network;
    if (!backed && adjustment.network !== undefined) return reject('booking-unbacked');
    const work = new UnitOfWork(rows, context);
    const id = context.ids.recordId();
    const booking = { id, asset, accountId: account.id, units, network };
    const rejection = direction === 'credit' ? credit(work, booking) : debit(work, booking, email);
    if (rejection !== undefined) return rejection;
    work.audit(operator, 'balance-adjust', email, {
      id,
      direction,
      asset: asset.asset,
      amount: formatDecimal(amount),
      backed,
      ...(network !== null && { network }),
    });
    work.payOwed();
    const amountText = (amountUnits: bigint) => formatUnits(amountUnits, asset.scale);
    return work.reply({
      id,
      email,
      asset: asset.asset,
      free: amountText(work.free(account.id, asset.asset)),
      held: amountText(rows.one(balanceOf(account.id, asset.asset))?.held ?? 0n),
    });
  },
};

type Booking = {
  readonly id: string;
  readonly asset: Asset;
  readonly accountId: number;
  readonly units: bigint;
  /** null: unbacked. */
  readonly network: string | null;
};

function credit(work: UnitOfWork, { id, asset, accountId, units, network }: Booking): undefined {
  const payment = { asset: asset.asset, amount: units, reference: id, kind: 'adjustment' } as const;
  if (network !== null) payFromCustody(work, { ...payment, network, accountId });
  else
    work.post({
      ...payment,
      debit: exchangeAccounts.adjustments,
      credit: customerAccount(accountId, 'free'),
    });
}

function debit(
  work: UnitOfWork,
  { id, asset, accountId, units, network }: Booking,
  email: string,
): Rejection<'balance-insufficient' | 'custody-below-booking'> | undefined {
  const { asset: code, scale } = asset;
  if (work.free(accountId, code) < units) return reject('balance-insufficient', { asset: code, email });
  const available = network === null ? units : work.custody.at({ asset: code, network }).available;
  if (network !== null && available < units) {
    const text = formatUnits(available, scale);
    return reject('custody-below-booking', { asset: code, network, available: text });
  }
  work.post({
    kind: 'adjustment',
    asset: code,
    amount: units,
    debit: customerAccount(accountId, 'free'),
    credit: network === null ? exchangeAccounts.adjustments : exchangeAccounts.custody(network),
    reference: id,
  });
  if (network !== null) work.custody.add({ asset: code, network }, -units);
  return undefined;
}
