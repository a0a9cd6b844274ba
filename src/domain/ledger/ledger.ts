/**
 * Double entry: every change of a balance is a transfer between two ledger accounts of one asset, so the balances of
 * all ledger accounts of an asset sum to zero at every commit.
 *
 * A customer has two ledger accounts per asset and wallet, free and held, which are never negative. The exchange's own ledger
 * accounts (custody of each network, fee income, dust pool, adjustments) have no stored balance: they are sums over
 * transfers, so that withdrawals do not contend for one row. The amount that is owed is stored with the Spot balance.
 * Balance = credits − debits; custody is therefore negative by the amount that the exchange keeps on the chain.
 */
export type { TransferKind } from '../../contract/transfer-kinds.ts';

const sides = ['free', 'held'] as const;
export type CustomerSide = (typeof sides)[number];
const wallets = ['spot', 'funding'] as const;
/** Everything arrives in the Spot wallet. The Funding wallet holds amounts that its owner has moved there. */
export type Wallet = (typeof wallets)[number];
export type LedgerAccount = string;

export const customerAccount = (
  accountId: number,
  side: CustomerSide,
  wallet: Wallet = 'spot',
): LedgerAccount => `${accountId}:${wallet}:${side}`;

/** All ledger accounts of a customer. */
export function ledgerAccountsOf(accountId: number): readonly LedgerAccount[] {
  return wallets.flatMap((wallet) => sides.map((side) => customerAccount(accountId, side, wallet)));
}

export const exchangeAccounts = {
  custody: (network: string): LedgerAccount => `custody:${network}`,
  fees: 'fees',
  dust: 'dust',
  adjustments: 'adjustments',
  /** The amount that a customer owes: a claim, so its balance is negative. Stored with the Spot balance. */
  owed: (accountId: number): LedgerAccount => `${owedPrefix}${accountId}`,
} as const;

const owedPrefix = 'owed:';

/** @returns the account of the customer who owes the balance of this ledger account; undefined for any other. */
export function owingAccountOf(account: LedgerAccount): number | undefined {
  return account.startsWith(owedPrefix) ? Number(account.slice(owedPrefix.length)) : undefined;
}

type CustomerAccount = { readonly accountId: number; readonly wallet: Wallet; readonly side: CustomerSide };

/** By the part of the name of a ledger account that follows the number of the account. */
const customerSides: ReadonlyMap<string, Omit<CustomerAccount, 'accountId'>> = new Map(
  wallets.flatMap((wallet) => sides.map((side) => [`${wallet}:${side}`, { wallet, side }])),
);

/** @returns the customer's account, wallet and side, or null for ledger accounts of the exchange. */
export function customerOf(account: LedgerAccount): CustomerAccount | null {
  // Without `split`, because every transfer asks for both its accounts.
  const end = account.indexOf(':');
  const known = customerSides.get(account.slice(end + 1));
  if (known === undefined || end <= 0) return null;
  const accountId = Number(account.slice(0, end));
  return Number.isSafeInteger(accountId) ? { accountId, wallet: known.wallet, side: known.side } : null;
}

/** The smaller of two amounts. */
export const smaller = (one: bigint, other: bigint): bigint => (one < other ? one : other);
