/** The changes of free Spot balances by the transfers of one commit. */
import { customerOf, type LedgerAccount } from './ledger.ts';

export type FreeTransfer = {
  readonly asset: string;
  readonly amount: bigint;
  readonly debit: LedgerAccount;
  readonly credit: LedgerAccount;
  readonly reference: string;
};

export type FreeChange = { readonly asset: string; readonly units: bigint };

/**
 * By account, in the order of the transfers. Transfers with the same reference belong together: a conversion credits
 * BNB for each asset and debits the charge, which is one change of BNB. A change of zero is none.
 *
 * deviation: a deposit changes the free balance when it is unlocked, and balanceUpdate is sent then, not when the
 * deposit is credited.
 */
export function freeChangesOf(transfers: readonly FreeTransfer[]): Map<number, FreeChange[]> {
  const sums = new Map<string, { readonly accountId: number; readonly asset: string; units: bigint }>();
  const add = (account: LedgerAccount, { asset, reference }: FreeTransfer, units: bigint) => {
    const customer = customerOf(account);
    if (customer === null || customer.side !== 'free' || customer.wallet !== 'spot') return;
    const { accountId } = customer;
    const key = `${accountId} ${asset} ${reference}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { accountId, asset, units });
    else sum.units += units;
  };
  for (const transfer of transfers) {
    add(transfer.debit, transfer, -transfer.amount);
    add(transfer.credit, transfer, transfer.amount);
  }
  const changes = new Map<number, FreeChange[]>();
  for (const { accountId, asset, units } of sums.values()) {
    if (units === 0n) continue;
    const ofAccount = changes.get(accountId);
    if (ofAccount === undefined) changes.set(accountId, [{ asset, units }]);
    else ofAccount.push({ asset, units });
  }
  return changes;
}
