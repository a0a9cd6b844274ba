/** Payments to customers that are backed by custody: manual credits, dividends, and the proceeds of dust conversion. */

import { type Rejection, reject } from '../../contract/errors.ts';
import { type Asset, networkOf } from '../../domain/catalog/catalog.ts';
import { customerAccount, exchangeAccounts, type TransferKind } from '../../domain/ledger/ledger.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { Place } from './custody.ts';

export type BackedPayment = Place & {
  readonly kind: TransferKind;
  /** In units. */
  readonly amount: bigint;
  readonly accountId: number;
  readonly reference: string;
};

/** Credits a customer by one transfer from the custody of a network. */
export function payFromCustody(work: UnitOfWork, payment: BackedPayment): void {
  const { kind, asset, network, amount, accountId, reference } = payment;
  work.post({
    kind,
    asset,
    amount,
    debit: exchangeAccounts.custody(network),
    credit: customerAccount(accountId, 'free'),
    reference,
  });
  work.custody.add(payment, amount);
}

/** @returns the network whose custody backs a payment: `name` if given, else the asset's default network. */
export function backingNetwork(asset: Asset, name?: string): string | Rejection<'network-unknown'> {
  return networkOf(asset, name)?.network ?? reject('network-unknown', { network: name, asset: asset.asset });
}
