/**
 * Recomputes balances from the transfers, and holds from withdrawals and deposits in progress, to compare them with the
 * stored balances. Memory use is bounded by the number of balances.
 */
import {
  type CustomerSide,
  customerOf,
  exchangeAccounts,
  owingAccountOf,
  type Wallet,
} from '../domain/ledger/ledger.ts';
import type { Row } from '../store/tables.ts';
import { RecomputedCustody } from './integrity-custody.ts';

export type Sides = Record<CustomerSide, bigint>;

/** Totals of the exchange's own ledger accounts and of the customers, for one asset. */
export type AssetBooks = {
  customers: bigint;
  custody: bigint;
  /** Credited deposits whose block was reorganised away. */
  reorganised: bigint;
  fees: bigint;
  dust: bigint;
  adjustments: bigint;
  /** The total that customers owe, as a positive amount. */
  owed: bigint;
  openHolds: bigint;
};

/** A stored balance that differs from the recomputed one. */
export type BalanceMismatch = {
  readonly check: 'balance' | 'hold';
  readonly accountId: number;
  readonly wallet: Wallet;
  readonly side: CustomerSide | 'owed';
  readonly asset: string;
  readonly expected: bigint;
  readonly found: bigint;
};

const custodyPrefix = exchangeAccounts.custody('');
const nothing = { free: 0n, held: 0n };

export class RecomputedBooks {
  readonly assets = new Map<string, AssetBooks>();
  readonly custody = new RecomputedCustody();
  /** Called with the key of each balance that a transfer changes. */
  onChange: ((key: string) => void) | undefined;
  /** Recomputed balances of accounts whose stored balance has not been compared yet. */
  readonly #balances = new Map<string, Sides>();
  readonly #holds = new Map<string, bigint>();
  /** Recomputed amounts that accounts owe, by Spot balance. */
  readonly #owed = new Map<string, bigint>();

  assetBooks(asset: string): AssetBooks {
    let books = this.assets.get(asset);
    if (books === undefined) {
      books = {
        customers: 0n,
        custody: 0n,
        reorganised: 0n,
        fees: 0n,
        dust: 0n,
        adjustments: 0n,
        owed: 0n,
        openHolds: 0n,
      };
      this.assets.set(asset, books);
    }
    return books;
  }

  addTransfer({ asset, amount, debit, credit }: Row<'transfers'>): void {
    this.#move(debit, asset, -amount);
    this.#move(credit, asset, amount);
  }

  balanceOf(key: string): Readonly<Sides> {
    return this.#balances.get(key) ?? nothing;
  }

  addOpenWithdrawal(row: Row<'withdrawals'>): void {
    const { accountId, asset, wallet, amount } = row;
    this.custody.addOpenWithdrawal(row);
    this.assetBooks(asset).openHolds += amount;
    this.#hold(accountId, asset, wallet, amount);
  }

  /** Adds a deposit that is credited but not free yet, or that has no owner. */
  addHeldDeposit({ accountId, asset, amount }: Row<'deposits'>): void {
    this.#hold(accountId, asset, 'spot', amount);
  }

  /**
   * Compares a stored balance with the transfers and with the holds in progress. A database of an earlier version has
   * no column for owed amounts.
   */
  compare({ accountId, asset, wallet, free, held, owed = 0n }: Row<'balances'>): readonly BalanceMismatch[] {
    const key = keyOf(accountId, asset, wallet);
    const computed = this.#balances.get(key) ?? nothing;
    const holds = this.#holds.get(key) ?? 0n;
    this.#balances.delete(key);
    this.#holds.delete(key);
    const owing = this.#owed.get(key) ?? 0n;
    this.#owed.delete(key);
    const books = this.assetBooks(asset);
    books.customers += free + held;
    books.owed += owed;
    const where = { accountId, asset, wallet };
    return [
      { check: 'balance' as const, ...where, side: 'free' as const, expected: computed.free, found: free },
      { check: 'balance' as const, ...where, side: 'held' as const, expected: computed.held, found: held },
      { check: 'hold' as const, ...where, side: 'held' as const, expected: holds, found: held },
      { check: 'balance' as const, ...where, side: 'owed' as const, expected: owing, found: owed },
    ].filter(({ expected, found }) => expected !== found);
  }

  /** Reports balances that the transfers or holds imply but that are not stored at all. */
  *compareMissing(): Generator<BalanceMismatch> {
    for (const [key, sides] of this.#balances) {
      for (const side of ['free', 'held'] as const) {
        if (sides[side] !== 0n)
          yield { check: 'balance', ...partsOf(key), side, expected: sides[side], found: 0n };
      }
    }
    for (const [key, expected] of this.#owed) {
      if (expected !== 0n) yield { check: 'balance', ...partsOf(key), side: 'owed', expected, found: 0n };
    }
    for (const [key, expected] of this.#holds) {
      yield { check: 'hold', ...partsOf(key), side: 'held', expected, found: 0n };
    }
  }

  #move(account: string, asset: string, change: bigint): void {
    const customer = customerOf(account);
    if (customer !== null) {
      const key = keyOf(customer.accountId, asset, customer.wallet);
      const sides = this.#balances.get(key);
      if (sides === undefined) this.#balances.set(key, { free: 0n, held: 0n, [customer.side]: change });
      else sides[customer.side] += change;
      this.onChange?.(key);
      return;
    }
    const books = this.assetBooks(asset);
    if (account.startsWith(custodyPrefix)) {
      books.custody += change;
      this.custody.move(asset, account.slice(custodyPrefix.length), change);
    } else if (isOwnAccount(account)) books[account] += change;
    else this.#owe(account, asset, -change);
    // An account that does not exist counts for nothing, so that the sum of the asset is not zero.
  }

  #owe(account: string, asset: string, change: bigint): void {
    const accountId = owingAccountOf(account);
    if (accountId === undefined) return;
    const key = keyOf(accountId, asset, 'spot');
    this.#owed.set(key, (this.#owed.get(key) ?? 0n) + change);
  }

  #hold(accountId: number, asset: string, wallet: Wallet, amount: bigint): void {
    const key = keyOf(accountId, asset, wallet);
    this.#holds.set(key, (this.#holds.get(key) ?? 0n) + amount);
  }
}

const ownAccounts: ReadonlySet<string> = new Set([
  exchangeAccounts.fees,
  exchangeAccounts.dust,
  exchangeAccounts.adjustments,
]);

function isOwnAccount(account: string): account is 'fees' | 'dust' | 'adjustments' {
  return ownAccounts.has(account);
}

/** Unique, because the name of a wallet contains no space. */
export const keyOf = (accountId: number, asset: string, wallet: Wallet) => `${accountId} ${wallet} ${asset}`;

export function partsOf(key: string): Pick<BalanceMismatch, 'accountId' | 'wallet' | 'asset'> {
  const [accountId, wallet, ...asset] = key.split(' ');
  // cast: the key was made of one.
  return { accountId: Number(accountId), wallet: wallet as Wallet, asset: asset.join(' ') };
}
