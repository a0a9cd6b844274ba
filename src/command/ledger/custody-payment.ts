/** Payments to customers that coins in custody back: manual credits, dividends, and the payout of dust. */

import { type Rejection, reject } from '../../contract/errors.ts';
import { type Asset, networkOf } from '../../domain/catalog/catalog.ts';
import { customerAccount, exchangeAccounts, type TransferKind } from '../../domain/ledger/ledger.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { Place } from './custody.ts';

export type BackedPayment = Place & {
  readonly kind: TransferKind;
  /** Units. */
  readonly amount: bigint;
  readonly accountId: number;
  readonly reference: string;
};

/** Credits a customer with coins that have come into custody: one transfer, from the custody of a network. */
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

/** The network whose custody backs a payment: the one that is named, or the asset's default network. */
export function backingNetwork(asset: Asset, name?: string): string | Rejection {
  return (
    networkOf(asset, name)?.network ??
    reject('operator-not-found', { what: `network ${name} of ${asset.asset}` })
  );
}
