/** The changes of customers' balances by transfers. */
import { customerOf, type LedgerAccount, type Wallet } from './ledger.ts';

type Transfer = {
  readonly asset: string;
  readonly amount: bigint;
  readonly debit: LedgerAccount;
  readonly credit: LedgerAccount;
};

/** In units, positive or negative. */
export type BalanceChange = {
  readonly accountId: number;
  readonly asset: string;
  readonly wallet: Wallet;
  readonly free: bigint;
  readonly held: bigint;
};

/** The changes by one transfer: none, one, or one in each of two balances. */
export function changesBy(transfer: Transfer): readonly BalanceChange[] {
  const sums = new BalanceChanges();
  sums.addTransfer(transfer);
  return sums.list();
}

/** The sum of changes, by balance. */
export class BalanceChanges {
  readonly #byBalance = new Map<string, { -readonly [F in keyof BalanceChange]: BalanceChange[F] }>();

  addTransfer({ asset, amount, debit, credit }: Transfer): void {
    this.#add(debit, asset, -amount);
    this.#add(credit, asset, amount);
  }

  /** Ledger accounts of the exchange are left out. */
  #add(account: LedgerAccount, asset: string, amount: bigint): void {
    const customer = customerOf(account);
    if (customer === null) return;
    const { accountId, wallet, side } = customer;
    const key = `${accountId} ${wallet} ${asset}`;
    const sum = this.#byBalance.get(key) ?? { accountId, asset, wallet, free: 0n, held: 0n };
    sum[side] += amount;
    this.#byBalance.set(key, sum);
  }

  list(): readonly BalanceChange[] {
    return [...this.#byBalance.values()];
  }
}
